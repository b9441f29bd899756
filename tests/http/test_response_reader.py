"""What comes in is held to a size and a deadline, in all three concurrency backends."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import (
    ApiConnectionError,
    AsyncPersium,
    DeadlineExceeded,
    Persium,
    SettingsError,
    TokenEndpointUnavailable,
)
from persium_ext._http.connections import ConnectionConfig
from persium_ext._http.deadline_stream import applied
from persium_ext._runtime.clock import Deadline
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency

ME = (
    b'{"client_id": "a", "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef", '
    b'"label": "l", "all_organisations": false}'
)
Speak = Callable[[socket.socket], object]
PACKED: dict[str, Any] = {"gzip": gzip.compress, "deflate": zlib.compress}


@pytest.fixture
def server() -> Iterator[Callable[[Speak], str]]:
    """Serve connections with a function that speaks after the first bytes have come."""
    stack: list[Any] = []

    def serve(speak: Speak) -> str:
        listener = socket.create_server(("127.0.0.1", 0))

        def run() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        connection.recv(65_536)
                        speak(connection)

        thread = threading.Thread(target=run)
        thread.start()
        stack.append((listener, thread))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield serve
    for listener, thread in stack:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def answer(body: bytes, **headers: str) -> bytes:
    """The bytes of an answer."""
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nConnection: close\r\n{fields}\r\n".encode() + body


def drip(connection: socket.socket) -> None:
    """Send a head of which a byte comes every 20 ms, for a minute."""
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 3000:
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


def endless(connection: socket.socket) -> None:
    """Send until nobody listens."""
    connection.sendall(answer(b""))
    while True:
        connection.sendall(b" " * 65_536)


def test_a_head_that_drips_does_not_outlast_the_deadline(
    concurrency: Concurrency, server: Callable[[Speak], str]
) -> None:
    """Each byte comes in time, the call ends in time all the same."""
    session = concurrency.session(api_base_url=server(drip), deadline=0.4, timeout=10)
    began = time.monotonic()

    [error] = session.outcomes(times=1)

    assert isinstance(error, DeadlineExceeded)
    assert time.monotonic() - began < 20


def test_a_deadline_that_is_spent_takes_no_more(server: Callable[[Speak], str]) -> None:
    """Between two reads, too."""
    with (
        ConnectionConfig().build_client(httpx.Client) as client,
        applied(Deadline(at=0)),
        pytest.raises(httpx.WriteTimeout, match="deadline exceeded"),
    ):
        client.get(server(drip))


def test_a_secret_that_comes_too_late(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """A function that takes its time takes it from the call's."""

    def slow() -> str:
        time.sleep(0.2)
        return sandbox.client_secret

    [error] = concurrency.session(client_secret=slow, deadline=0.1).outcomes(times=1)

    assert isinstance(error, DeadlineExceeded)
    assert sandbox.token_requests == 0


def test_without_a_deadline_the_time_out_holds(
    concurrency: Concurrency, server: Callable[[Speak], str]
) -> None:
    """Nothing comes at all."""
    session = concurrency.session(
        api_base_url=server(lambda connection: connection.recv(1)),
        deadline=None,
        timeout=0.5,
    )

    [error] = session.outcomes(lambda p: p.request("POST", "/x", content=b"y"), times=1)

    assert isinstance(error, ApiConnectionError)


def test_a_peer_that_does_not_read_has_no_more_time(
    settings: dict[str, Any], server: Callable[[Speak], str]
) -> None:
    """An upload is written in pieces, each with what is left of the deadline."""
    waits = threading.Event()
    base = server(lambda _: waits.wait(5))
    there: dict[str, Any] = {**settings, "api_base_url": base}

    with Persium(**there, deadline=0.5, timeout=None) as persium, pytest.raises(DeadlineExceeded):
        persium.request("PUT", "/x", content=b"y" * 50_000_000)
    waits.set()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(endless, id="never ends"),
        pytest.param(lambda c: c.sendall(answer(b"", Content_Length="9" * 18)), id="says so"),
        pytest.param(
            lambda c: c.sendall(answer(gzip.compress(b" " * 200_000), Content_Encoding="gzip")),
            id="unpacks to more",
        ),
    ],
)
def test_a_body_that_is_too_long_is_cut_off(
    concurrency: Concurrency, server: Callable[[Speak], str], head: Speak
) -> None:
    """The error says what the limit is; it is not tried again."""
    base = server(head)
    session = concurrency.session(api_base_url=base, max_response_size=150_000, deadline=10)

    [error] = session.outcomes(times=1)

    assert type(error) is ApiConnectionError
    assert str(error).startswith(f"getMe: {base}: the response is longer than 150,000 bytes")
    assert "max_response_size" in str(error.hint)
    assert error.attempts == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity", ""])
def test_packed_bodies(
    concurrency: Concurrency, server: Callable[[Speak], str], coding: str
) -> None:
    """What was asked for is unpacked; just under the limit it is whole."""
    packed = PACKED.get(coding, bytes)(ME)
    base = server(lambda c: c.sendall(answer(packed, Content_Encoding=coding)))
    session = concurrency.session(api_base_url=base, max_response_size=len(ME))

    assert session.do().label == "l"


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd"])
@pytest.mark.usefixtures("no_jitter")
def test_packed_in_another_way(
    concurrency: Concurrency, server: Callable[[Speak], str], coding: str
) -> None:
    """What was not asked for is not unpacked: its bombs know no measure."""
    base = server(lambda c: c.sendall(answer(ME, Content_Encoding=coding)))

    [error] = concurrency.session(api_base_url=base).outcomes(times=1)

    assert type(error) is ApiConnectionError
    assert f"Content-Encoding {coding!r} was not asked for" in str(error)


def test_a_token_answer_that_is_too_long(
    concurrency: Concurrency, server: Callable[[Speak], str]
) -> None:
    """A token endpoint that sends a film is none; that is said after one request."""
    [error] = concurrency.session(token_url=server(endless)).outcomes(times=1)

    assert type(error) is TokenEndpointUnavailable
    assert "longer than 1,048,576 bytes" in str(error)
    assert "TOKEN_URL" in str(error.hint)
    assert error.attempts == 1


def test_a_client_of_ones_own_is_held_to_the_size() -> None:
    """Mocks too, whose answers come read; and HEAD, whose length is of no body."""
    token = {"access_token": "t", "expires_in": 300, "token_type": "Bearer"}

    def play(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json=token)
        length = {"Content-Length": "999999"} if request.method == "HEAD" else {}
        return httpx.Response(200, content=b"" if length else b" " * 100, headers=length)

    with httpx.Client(transport=httpx.MockTransport(play)) as mocked:
        persium = Persium(
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id="a",
            client_secret="b",
            http_client=mocked,
            max_response_size=99,
        )

        with pytest.raises(ApiConnectionError, match="longer than 99 bytes"):
            persium.request("GET", "/x")
        assert persium.request("HEAD", "/x").status_code == 200
        assert len(persium.with_options(max_response_size=None).request("GET", "/x").content) == 100


def test_a_client_of_ones_own_is_held_to_the_deadline_in_the_body(
    settings: dict[str, Any], server: Callable[[Speak], str]
) -> None:
    """Its connections are its own affair, but what comes is looked at."""

    def speak(connection: socket.socket) -> None:
        connection.sendall(answer(b""))
        for _ in range(3000):
            connection.sendall(b" ")
            time.sleep(0.02)

    there: dict[str, Any] = {**settings, "api_base_url": server(speak)}
    with httpx.Client() as own, Persium(**there, http_client=own, deadline=0.4) as persium:
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            persium.identity.get_me()

    assert time.monotonic() - began < 20


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_engine_of_ones_own_is_read_to_its_end(backend: str) -> None:
    """Where there is no connection to hang up, what is too long is dropped as it comes."""
    sent: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(5):
            sent.append(number)
            yield b" " * 50

    def play(request: httpx.Request) -> httpx.Response:
        token = {"access_token": "t", "expires_in": 300, "token_type": "Bearer"}
        post = request.method == "POST"
        return httpx.Response(200, json=token) if post else httpx.Response(200, content=body())

    async def call() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(play)) as own:
            persium = AsyncPersium(
                token_url="https://auth.example/token",
                api_base_url="https://api.example",
                client_id="a",
                client_secret="b",
                http_client=own,
                max_response_size=99,
            )
            await persium.request("GET", "/x")

    with pytest.raises(ApiConnectionError, match="longer than 99 bytes"):
        anyio.run(call, backend=backend)
    assert sent == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "1"])
def test_sizes_are_checked(settings: dict[str, Any], size: Any) -> None:
    """A limit is a number of bytes."""
    with pytest.raises(SettingsError, match="max_response_size has to be a number of bytes"):
        Persium(**settings, max_response_size=size)


def test_a_proxy_keeps_the_deadline_too(
    settings: dict[str, Any], server: Callable[[Speak], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy of the environment that drips its answer holds nobody longer either."""
    monkeypatch.setenv("HTTPS_PROXY", server(drip))
    away: dict[str, Any] = {**settings, "api_base_url": "https://api.example"}

    with Persium(**away, deadline=0.4) as persium, pytest.raises(DeadlineExceeded):
        persium.identity.get_me()
