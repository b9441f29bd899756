"""TLS through a proxy that speaks TLS itself: limits on time, and the rest as without a proxy."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpcore
import pytest
import trustme

from persium_ext import DeadlineExceeded, PersiumError, RetryPolicy, TokenEndpointUnavailable
from persium_ext._http.layered_tls import LayeredTls
from tests.support.concurrency import Concurrency, Session
from tests.support.tls_proxy import TlsProxy
from tests.support.wire import ME, Wire, http

AUTHORITY = trustme.CA()
KEPT = http(ME, connection=b"keep-alive")


def server_context(authority: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    """Return the context of the proxy, or of the server behind it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def client_context() -> ssl.SSLContext:
    """Return a context that trusts both."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


@pytest.fixture
def proxy() -> Iterator[TlsProxy]:
    """A proxy that speaks TLS itself."""
    with TlsProxy(server_context()) as running:
        yield running


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server that speaks TLS, whose connections are kept."""
    with Wire(server_context()) as running:
        running.api = KEPT
        yield running


@pytest.fixture
def through(concurrency: Concurrency, wire: Wire, proxy: TlsProxy) -> Callable[..., Session]:
    """Make a client that reaches the server through the proxy."""

    def make(**options: Any) -> Session:
        options = {"verify": client_context(), **options}
        return concurrency.session(**wire.settings, proxy=proxy.url, **options)

    return make


def test_calls_share_a_tunnel(through: Callable[..., Session], proxy: TlsProxy) -> None:
    """The second call uses the tunnel of the first one."""
    session = through()
    session.do()
    before = proxy.tunnels

    assert session.do().client_id == "me"
    assert proxy.tunnels == before


def test_much_both_ways(through: Callable[..., Session], wire: Wire) -> None:
    """Records of both layers are put together again, whatever their sizes."""
    content = bytes(range(256)) * 8192
    wire.api = lambda seen: http(seen.body, connection=b"keep-alive")

    response = through().do(lambda p: p.request("PUT", "/x", content=content))

    assert response.content == content


def test_end_that_is_not_announced(through: Callable[..., Session], wire: Wire) -> None:
    """A body may end with the connection, as on a connection without a proxy."""
    wire.api = b"HTTP/1.1 200 OK\r\n\r\n" + ME

    assert through().do(lambda p: p.request("GET", "/me")).content == ME


@pytest.mark.usefixtures("no_jitter")
def test_server_that_is_not_trusted(concurrency: Concurrency, proxy: TlsProxy) -> None:
    """The certificate of the server is verified too, and the error has the reason."""
    with Wire(server_context(trustme.CA())) as wire:
        options: dict[str, Any] = {"proxy": proxy.url, "verify": client_context()}
        [error] = concurrency.session(**wire.settings, **options).outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    assert "certificate verify failed" in str(error)
    assert wire.token_requests == []
    assert proxy.tunnels == error.attempts == 1


@pytest.mark.parametrize(
    ("phase", "limits"),
    [
        pytest.param("handshake", {"deadline": 1.0}, id="deadline"),
        pytest.param("response", {"deadline": None, "timeout": 1.0}, id="timeout"),
    ],
)
def test_server_that_sends_byte_by_byte(
    through: Callable[..., Session], proxy: TlsProxy, phase: str, limits: dict[str, Any]
) -> None:
    """Bytes that are no whole record yet give no operation more time."""
    session = through(retry=RetryPolicy(attempts=1))
    hasty = session.client.with_options(**limits)
    if phase == "response":
        session.do()
    proxy.slow.set()

    with pytest.raises(PersiumError):
        session.do(lambda p: p.request("POST", "/x"), client=hasty)

    assert proxy.cut_off.wait(30)


@pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*ByteStream.__aiter__:pytest.PytestUnraisableExceptionWarning"
)  # httpcore leaves the generator of a body that was cancelled, and trio says so
def test_proxy_that_reads_nothing(through: Callable[..., Session], proxy: TlsProxy) -> None:
    """An upload ends at the deadline."""
    session = through(timeout=None)
    session.do()
    proxy.deaf.set()
    hasty = session.client.with_options(deadline=0.5)

    with pytest.raises(DeadlineExceeded):
        session.do(lambda p: p.request("PUT", "/x", content=bytes(50_000_000)), client=hasty)


class Memory(httpcore.NetworkStream):
    """A connection to a server in memory, whose bytes arrive one at a time, one each second.

    Attributes:
        server: The other end.
        now: The monotonic clock; each write of up to 16 KB takes a second too.
        error: What writes raise.
        closed: Whether it was closed.
    """

    def __init__(self) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server = server_context().wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.now = 0.0
        self.error: Exception | None = None
        self.closed = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read a byte."""
        del max_bytes
        self._pass("read", timeout)
        with suppress(ssl.SSLWantReadError):
            self.server.do_handshake()
        return self._outgoing.read(1)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write *buffer*."""
        if self.error is not None:
            raise self.error
        self._pass("write", timeout)
        assert len(buffer) <= 16_384
        self._incoming.write(buffer)

    def _pass(self, operation: str, timeout: float | None) -> None:
        if timeout is not None and timeout < 1:
            raise getattr(httpcore, f"{operation.title()}Timeout")
        self.now += 1

    def close(self) -> None:
        """Close it."""
        self.closed = True

    def get_extra_info(self, info: str) -> Any:
        """Know the name of what is asked for."""
        return info == "is_readable" and self.closed


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """A connection to a server in memory, with its clock."""
    made = Memory()
    monkeypatch.setattr("time.monotonic", lambda: made.now)
    return made


@pytest.fixture
def layered(memory: Memory) -> LayeredTls:
    """A connection of TLS to that server."""
    return LayeredTls(memory, client_context(), "127.0.0.1", None)


@pytest.mark.parametrize(
    ("operation", "late"),
    [
        pytest.param(lambda s: s.read(1, 5.0), httpcore.ReadTimeout, id="read"),
        pytest.param(lambda s: s.write(bytes(200_000), 5.0), httpcore.WriteTimeout, id="write"),
        pytest.param(lambda s: s.write(bytes(200_000), 5.5), httpcore.WriteTimeout, id="parts"),
    ],
)
def test_time_of_a_whole_operation(
    layered: LayeredTls, memory: Memory, operation: Callable[[LayeredTls], None], late: type
) -> None:
    """However many reads and writes it takes, an operation has its time once."""
    start = memory.now

    with pytest.raises(late):
        operation(layered)

    assert memory.now - start == 5


def test_time_of_the_handshake(memory: Memory) -> None:
    """It has its time once too, and what can't be used is closed."""
    with pytest.raises(httpcore.ConnectTimeout):
        LayeredTls(memory, client_context(), "127.0.0.1", 9.0)

    assert memory.now == 9
    assert memory.closed


@pytest.mark.parametrize("error", [httpcore.WriteError("lost"), OSError("lost")])
def test_connection_that_is_lost(layered: LayeredTls, memory: Memory, error: Exception) -> None:
    """Its error is that of the operation."""
    memory.error = error

    with pytest.raises(httpcore.WriteError, match="lost"):
        layered.write(b"x")


def test_end_during_the_handshake(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that leaves is a failure to connect: nothing was sent."""
    monkeypatch.setattr(memory, "read", lambda *_: b"")

    with pytest.raises(httpcore.ConnectError):
        LayeredTls(memory, client_context(), "127.0.0.1", None)

    assert memory.closed


def test_surplus_is_readable(
    layered: LayeredTls, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was received and not read yet counts, and so does what has not been received."""
    monkeypatch.setattr(memory, "read", lambda *_: memory._outgoing.read())  # noqa: SLF001  # at once
    seen = [layered.get_extra_info("is_readable")]
    memory.server.write(b"ab")
    memory.server.write(b"c")
    for size in (1, 1):
        layered.read(size)
        seen.append(layered.get_extra_info("is_readable"))
    layered.read(1)
    seen.append(layered.get_extra_info("is_readable"))
    layered.close()
    seen.append(layered.get_extra_info("is_readable"))

    assert seen == [False, True, True, False, True]
    assert layered.get_extra_info("ssl_object").version() == "TLSv1.3"
