"""Response bodies: how much is read of them, and which content codings are decompressed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import ApiConnectionError, AsyncPersium, Persium, TokenEndpointUnavailable
from persium_ext._http.messages import Request, Response, TransportError
from persium_ext._http.response_reader import ResponseReader

PACKED: dict[str, Any] = {"gzip": gzip.compress, "deflate": zlib.compress}
FOUR: dict[str, Any] = {
    "token_url": "https://auth.example/token",
    "api_base_url": "https://api.example",
    "client_id": "a",
    "client_secret": "s3cret",
}


def read(
    *chunks: bytes,
    headers: dict[str, str] | None = None,
    max_size: int | None = None,
    method: str = "GET",
) -> Response | TransportError:
    """Read a response whose body has these *chunks*, as a transport does."""
    response = httpx.Response(200, headers=headers, stream=httpx.ByteStream(b""))
    reader = ResponseReader(Request(method=method, url="https://api.example/x", max_size=max_size))
    if reader.start(response):
        for chunk in chunks:
            if not reader.feed(chunk):
                break
    return reader.finish(response, None)


@pytest.mark.parametrize(
    ("chunks", "headers"),
    [
        pytest.param([b" " * 99, b" " * 2], {}, id="no length"),
        pytest.param([], {"Content-Length": "101"}, id="declared"),
        pytest.param([], {"Content-Length": "9" * 5000}, id="declared, many digits"),
        pytest.param([gzip.compress(b" " * 101)], {"Content-Encoding": "gzip"}, id="decompressed"),
    ],
)
def test_body_that_is_too_long(chunks: list[bytes], headers: dict[str, str]) -> None:
    """A body longer than the limit, before or after decompression, is a final error."""
    result = read(*chunks, max_size=100, headers=headers)

    assert isinstance(result, TransportError)
    assert result.reason == "https://api.example: the response is longer than 100 bytes"
    assert result.final
    assert result.too_long


@pytest.mark.parametrize(
    ("chunks", "options"),
    [
        pytest.param([b"a" * 60, b"a" * 40], {"max_size": 100}, id="as long as the limit"),
        pytest.param([b"a" * 100], {}, id="no limit"),
        pytest.param(
            [], {"max_size": 1, "method": "HEAD", "headers": {"Content-Length": "2"}}, id="HEAD"
        ),
    ],
)
def test_body_within_the_limit(chunks: list[bytes], options: Any) -> None:
    """A body up to the limit is whole; the length that HEAD declares is that of no body."""
    result = read(*chunks, **options)

    assert isinstance(result, Response)
    assert result.content == b"".join(chunks)


@pytest.mark.parametrize("coding", ["gzip", "GZip", "deflate", "identity", ""])
def test_codings(coding: str) -> None:
    """A coding that was asked for is decompressed."""
    packed = PACKED.get(coding.lower(), bytes)(b" " * 50_000)

    result = read(packed[:9], packed[9:], max_size=50_000, headers={"Content-Encoding": coding})

    assert isinstance(result, Response)
    assert result.content == b" " * 50_000


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ("br", "Content-Encoding 'br' was not asked for"),
        ("gzip, gzip", "Content-Encoding 'gzip, gzip' was not asked for"),
        ("zstd", "Content-Encoding 'zstd' was not asked for"),
        ("gzip", "incorrect header check"),
    ],
)
def test_codings_that_are_refused(coding: str, words: str) -> None:
    """Other codings, whose expansion has no bound, and malformed bodies are not decompressed."""
    with pytest.raises(httpx.DecodingError, match=words):
        read(b"not compressed", headers={"Content-Encoding": coding})


def respond(request: httpx.Request) -> httpx.Response:
    """Mock both endpoints: a token, and a body of 100 bytes that has been read already."""
    if request.method == "POST":
        return httpx.Response(
            200, json={"access_token": "t", "expires_in": 300, "token_type": "Bearer"}
        )
    return httpx.Response(200, content=b" " * 100)


def test_mocked_response() -> None:
    """A mock's response, which has been read already, is held to the limit as well."""
    with httpx.Client(transport=httpx.MockTransport(respond)) as mocked:
        persium = Persium(**FOUR, http_client=mocked, max_response_size=99)

        with pytest.raises(ApiConnectionError, match="longer than 99 bytes"):
            persium.request("GET", "/x")
        assert len(persium.with_options(max_response_size=None).request("GET", "/x").content) == 100


def test_token_response_that_is_too_long() -> None:
    """A token endpoint that sends more than 1 MiB is not asked again: the URL may be wrong."""
    film = httpx.MockTransport(lambda _: httpx.Response(200, content=b" " * (2**20 + 1)))

    with httpx.Client(transport=film) as mocked, pytest.raises(TokenEndpointUnavailable) as caught:
        Persium(**FOUR, http_client=mocked).access_token()

    assert "longer than 1,048,576 bytes" in str(caught.value)
    assert "TOKEN_URL" in str(caught.value.hint)
    assert caught.value.attempts == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_transport_without_a_connection(backend: str) -> None:
    """Where no connection can be closed, the body is read to its end and dropped."""
    sent: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(5):
            sent.append(number)
            yield b" " * 50

    def stream(request: httpx.Request) -> httpx.Response:
        return respond(request) if request.method == "POST" else httpx.Response(200, content=body())

    async def call() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(stream)) as own:
            persium = AsyncPersium(**FOUR, http_client=own, max_response_size=99)
            await persium.request("GET", "/x")

    with pytest.raises(ApiConnectionError, match="longer than 99 bytes"):
        anyio.run(call, backend=backend)
    assert sent == [0, 1, 2, 3, 4]
