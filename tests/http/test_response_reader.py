"""Response bodies: how much is read of them, and which content codings are decompressed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import (
    ApiConnectionError,
    AsyncPersium,
    Persium,
    ResponseDecodeError,
    TokenEndpointUnavailable,
)
from persium_ext._http.messages import (
    Headers,
    Request,
    Response,
    TransportError,
    UndecodableResponse,
)
from persium_ext._http.response_reader import ResponseReader
from persium_ext._text.secret import Secret
from tests.support.concurrency import Concurrency
from tests.support.wire import ME, Wire, http, in_turn

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
    status: int = 200,
) -> Response | TransportError:
    """Read a response whose body has these *chunks*, as a transport does."""
    response = httpx.Response(status, headers=headers, stream=httpx.ByteStream(b""))
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
    assert result.reason == "GET https://api.example/x: the response is longer than 100 bytes"
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
        pytest.param(
            [], {"max_size": 1, "status": 304, "headers": {"Content-Length": "2"}}, id="304"
        ),
    ],
)
def test_body_within_the_limit(chunks: list[bytes], options: Any) -> None:
    """A body up to the limit is whole; the length that HEAD or 304 declares is that of no body."""
    result = read(*chunks, **options)

    assert isinstance(result, Response)
    assert result.content == b"".join(chunks)


@pytest.mark.parametrize(
    "coding",
    ["gzip", "GZip", "x-gzip", "deflate", "gzip, identity", "utf-8, gzip", "identity, identity"],
)
def test_codings(coding: str) -> None:
    """A coding that was asked for is decompressed; ``x-gzip`` is another name of gzip."""
    kind = next((name for name in PACKED if name in coding.lower()), "")
    packed = PACKED.get(kind, bytes)(b" " * 50_000)

    result = read(packed[:9], packed[9:], max_size=50_000, headers={"Content-Encoding": coding})

    assert isinstance(result, Response)
    assert result.content == b" " * 50_000


@pytest.mark.parametrize(
    "name",
    [
        *["", "identity", "none", "null", "binary", "7bit", "8bit", "application/json"],
        *["utf-8", "UTF8", "utf-16le", "us-ascii", "ASCII", "iso-8859-1", "latin1"],
        *["windows-1252", "cp1252"],
    ],
)
def test_names_that_are_no_coding(name: str) -> None:
    """A charset, a media type, or a word for none, means that the body is not compressed."""
    result = read(b"{}", headers={"Content-Encoding": name})

    assert result == Response(
        status_code=200, headers=Headers([("content-encoding", name)]), content=b"{}"
    )


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ("br", "Content-Encoding 'br' was not asked for"),
        ("gzip, gzip", "Content-Encoding 'gzip, gzip' was not asked for"),
        ("zstd", "Content-Encoding 'zstd' was not asked for"),
        ("utf-8-gzip", "Content-Encoding 'utf-8-gzip' was not asked for"),
        ("gzip", "incorrect header check"),
    ],
)
@pytest.mark.parametrize("status", [200, 401, 503])
def test_codings_that_are_refused(coding: str, words: str, status: int) -> None:
    """The status stays known: other codings have no bound of expansion, or a body is malformed."""
    result = read(b"not compressed", headers={"Content-Encoding": coding}, status=status)

    assert isinstance(result, UndecodableResponse)
    assert words in result.reason
    assert (result.status_code, result.content) == (status, b"")
    assert result.headers["Content-Encoding"] == coding


@pytest.mark.parametrize("coding", ["br", "gzip", "deflate"])
def test_coding_of_no_body(coding: str) -> None:
    """Where there is no body, nothing is decompressed."""
    result = read(headers={"Content-Encoding": coding}, status=204)

    assert type(result) is Response
    assert result.content == b""


def test_header_fields_that_are_not_ascii() -> None:
    """They are UTF-8, else Latin-1, each for itself (RFC 9110, section 5.5)."""
    lines = [(b"X-A", "é".encode()), (b"X-B", "é".encode("latin-1")), (b"X-B", b"b")]
    reader = ResponseReader(Request(method="GET", url="https://api.example/x"))
    response = httpx.Response(200, headers=lines, stream=httpx.ByteStream(b""))
    reader.start(response)

    result = reader.finish(response, None)

    assert isinstance(result, Response)
    assert dict(result.headers) == {"x-a": "é", "x-b": "é, b"}


def test_reason_is_masked() -> None:
    """A server that returns the token as a coding does not bring it into a text."""
    response = httpx.Response(
        200, headers={"Content-Encoding": "t0k3n"}, stream=httpx.ByteStream(b"")
    )
    reader = ResponseReader(Request(method="GET", url="https://api.example/x"))
    reader.start(response)
    reader.feed(b"x")

    result = reader.finish(response, Secret("t0k3n"))

    assert isinstance(result, UndecodableResponse)
    assert "t0k3n" not in result.reason


@pytest.mark.usefixtures("no_jitter")
def test_unauthorized_with_an_unknown_coding(both_ways: Concurrency, wire: Wire) -> None:
    """The status counts: the token is renewed, and the call is repeated."""
    coded = b"Content-Encoding: br\r\n"
    wire.api = in_turn(http(b"no", status=b"401 Unauthorized", headers=coded), http(ME))

    both_ways.session(**wire.settings).do()

    assert (len(wire.token_requests), len(wire.api_requests)) == (2, 2)


def test_success_with_an_unknown_coding(both_ways: Concurrency, wire: Wire) -> None:
    """A success that can't be read is one error, also of a call without a type; no retry."""
    wire.api = http(ME, headers=b"Content-Encoding: br\r\n")
    session = both_ways.session(**wire.settings)

    errors = [
        *session.outcomes(times=1),
        *session.outcomes(lambda p: p.request("GET", "/x"), times=1),
    ]

    assert [type(error) for error in errors] == [ResponseDecodeError] * 2
    assert [error.status for error in errors] == [200, 200]
    assert len(wire.api_requests) == 2


@pytest.mark.parametrize(
    ("headers", "surplus"),
    [
        pytest.param(b"", b"", id="none"),
        pytest.param(b"Content-Length: 2\r\n", b"{}", id="of a declared length"),
        pytest.param(b"", b"{}", id="of no declared length"),
        pytest.param(b"Content-Length: 2\r\n", b"", id="announced, and late"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", b"", id="announced as chunks, and late"),
        pytest.param(b"Content-Length: 0\r\n", b"", id="declared as none"),
    ],
)
def test_surplus_of_a_204(
    both_ways: Concurrency, wire: Wire, headers: bytes, surplus: bytes
) -> None:
    """The connection of a 204 that has a body all the same is not used again."""
    _assert_kept_if(
        both_ways,
        wire,
        b"HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n" + headers + b"\r\n" + surplus,
        kept=not surplus and (not headers or b": 0" in headers),
    )


@pytest.mark.parametrize("surplus", [b"", b"surplus", b"HTTP/1.1 200 OK\r\n\r\n"])
@pytest.mark.parametrize(
    ("method", "response"),
    [
        pytest.param("HEAD", http(connection=b"keep-alive"), id="HEAD"),
        pytest.param(
            "GET", http(status=b"304 Not Modified", connection=b"keep-alive"), id="no body"
        ),
        pytest.param("GET", http(b"{}", connection=b"keep-alive"), id="length"),
        pytest.param(
            "GET",
            b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\n{}\r\n0\r\n\r\n",
            id="chunks",
        ),
    ],
)
def test_surplus(
    both_ways: Concurrency, wire: Wire, method: str, response: bytes, surplus: bytes
) -> None:
    """A connection that received more than the response is not used again."""
    _assert_kept_if(both_ways, wire, response + surplus, kept=not surplus, method=method)


def _assert_kept_if(
    both_ways: Concurrency, wire: Wire, response: bytes, *, kept: bool, method: str = "DELETE"
) -> None:
    """Receive *response*, then send a POST; compare the connections, one of them the token's."""
    wire.api = in_turn(response, http(b'{"for": "the POST"}'))
    session = both_ways.session(**wire.settings)
    session.do(lambda p: p.request(method, "/x"))

    created = session.do(lambda p: p.request("POST", "/new", json={}))

    assert created.json() == {"for": "the POST"}
    assert wire.connections == (2 if kept else 3)


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
