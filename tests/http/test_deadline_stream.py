"""Deadlines and time-outs of connections; ``tests/faults`` has the results of calls."""

from __future__ import annotations

import math
import socket
import ssl
from collections.abc import Callable
from typing import Any

import httpcore
import httpx
import pytest

from persium_ext import ApiConnectionError, ApiTimeoutError, DeadlineExceeded, Persium
from persium_ext._http.connections import ConnectionConfig
from persium_ext._http.deadline_stream import DeadlineBackend, DeadlineStream
from persium_ext._http.messages import Request
from persium_ext._http.pool import Connections
from persium_ext._runtime.clock import Deadline
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, listener, origin_of

TLS = ssl.create_default_context()
V4, V6 = socket.AF_INET, socket.AF_INET6


class Recorder:
    """A connection that records the timeout of each operation."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read *max_bytes* at once."""
        self.timeouts.append(timeout)
        return bytes(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Drop *buffer*."""
        del buffer
        self.timeouts.append(timeout)

    def close(self) -> None:
        """Stay open."""

    def start_tls(self, _: object, __: object, timeout: float | None) -> Recorder:
        """Continue unencrypted."""
        self.timeouts.append(timeout)
        return self

    def get_extra_info(self, info: str) -> None:
        """Know nothing."""


class Nowhere:
    """Makes no connection."""

    def connect_tcp(self, *_: Any, **__: Any) -> Any:
        """Fail."""
        raise httpcore.ConnectError


def test_each_operation_has_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often bytes arrive, reads and writes get the rest of the deadline and no more."""
    monkeypatch.setattr("time.monotonic", iter([1.0, 2.0, 5.0, 8.0]).__next__)
    recorder, backend = Recorder(), DeadlineBackend(Nowhere())
    stream = DeadlineStream(recorder, backend)

    backend.deadline = Deadline(at=10.0)
    stream = stream.start_tls(TLS, timeout=6.0)
    stream.read(1, timeout=6.0)
    stream.read(1, timeout=6.0)
    stream.write(b"x")
    backend.deadline = Deadline(at=math.inf)
    stream.read(1, timeout=6.0)

    assert recorder.timeouts == [6.0, 6.0, 5.0, 2.0, 6.0]


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        pytest.param(lambda s: s.start_tls(TLS), httpx.ConnectTimeout, id="TLS"),
        pytest.param(lambda s: s.read(1), httpx.ReadTimeout, id="read"),
        pytest.param(lambda s: s.write(b"x"), httpx.WriteTimeout, id="write"),
    ],
)
def test_operation_after_the_deadline(
    operation: Callable[[DeadlineStream], object], error: type[Exception]
) -> None:
    """Nothing is begun after the deadline."""
    recorder, backend = Recorder(), DeadlineBackend(Nowhere())
    backend.deadline = Deadline(at=0)

    with pytest.raises(error, match="deadline exceeded"):
        operation(DeadlineStream(recorder, backend))

    assert recorder.timeouts == []


def test_writes_are_no_larger_than_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket of TLS sends a record at once, and httpcore gives each one the time of all."""
    recorder, sizes = Recorder(), list[int]()
    monkeypatch.setattr(recorder, "write", lambda buffer, _: sizes.append(len(buffer)))

    DeadlineStream(recorder, DeadlineBackend(Nowhere())).write(bytes(40_000))

    assert sizes == [16_384, 16_384, 7_232]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_deadline_that_has_passed(wire: Wire, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """No connection is made after it: neither directly nor, here with TLS, to a proxy."""
    monkeypatch.setenv("HTTPS_PROXY", wire.settings["api_base_url"])
    url = wire.settings_with(scheme)["api_base_url"]
    connection = Connections(ConnectionConfig()).take(Request(method="GET", url=url))

    with pytest.raises(httpx.ConnectTimeout):
        connection.open(Request(method="GET", url=url), None, Deadline(at=0), None)

    assert wire.connections == 0


class Unreachable:
    """Records the addresses that are tried; each takes the time that it is given."""

    def __init__(self, clock: list[float]) -> None:
        self.clock = clock
        self.tried: list[tuple[str, float | None]] = []

    def connect_tcp(self, host: str, _: int, timeout: float | None) -> Any:
        """Let *timeout* pass."""
        self.tried.append((host, timeout))
        self.clock[0] += timeout or 0.0
        raise httpcore.ConnectTimeout


@pytest.mark.parametrize(
    ("found", "timeout", "deadline", "tried"),
    [
        pytest.param(
            [(V4, "a"), (V4, "b"), (V4, "c"), (V4, "d")],
            None,
            8.0,
            [("a", 2.0), ("b", 2.0), ("c", 2.0), ("d", 2.0)],
            id="the deadline is shared",
        ),
        pytest.param(
            [(V4, "a"), (V4, "b")], 4.0, 8.0, [("a", 2.0), ("b", 2.0)], id="the timeout is shared"
        ),
        pytest.param(
            [(V6, "a"), (V6, "b"), (V6, "c"), (V4, "d")],
            None,
            math.inf,
            [("a", None), ("d", None), ("b", None), ("c", None)],
            id="families take turns",
        ),
        pytest.param([(V4, "a"), (V4, "a")], 4.0, math.inf, [("a", 4.0)], id="one address twice"),
        pytest.param([(V4, "a"), (V4, "b")], None, 0.0, [], id="no time is left"),
    ],
)
def test_addresses_share_the_time(
    monkeypatch: pytest.MonkeyPatch,
    found: list[tuple[int, str]],
    timeout: float | None,
    deadline: float,
    tried: list[tuple[str, float | None]],
) -> None:
    """All addresses of a host are tried in the order of RFC 8305, in the time of one."""
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    infos = [(family, None, None, None, (address, 1)) for family, address in found]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: infos)
    unreachable = Unreachable(clock)
    backend = DeadlineBackend(unreachable)
    backend.deadline = Deadline(deadline)

    with pytest.raises(httpcore.ConnectTimeout):
        backend.connect_tcp(host="h", port=1, timeout=timeout)

    assert unreachable.tried == tried


def test_next_address(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that refuses is no failure while there is another one."""
    look_up = socket.getaddrinfo

    def two(host: str, port: int, *args: Any, **options: Any) -> Any:
        if host != "localhost":
            return look_up(host, port, *args, **options)
        addresses = ("127.0.0.2", "127.0.0.1")
        return [(V4, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr("socket.getaddrinfo", two)
    settings: dict[str, Any] = {
        name: value.replace("127.0.0.1", "localhost") for name, value in wire.settings.items()
    }

    with Persium(**settings) as persium:
        assert persium.identity.get_me().label == "A label"


@pytest.mark.usefixtures("no_jitter")
def test_name_that_is_unknown(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has the words of the system; a POST is repeated, for it was not sent."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    settings: dict[str, Any] = {**wire.settings, "api_base_url": "http://localhost:1"}
    with Persium(**settings) as persium:
        persium.access_token()
        monkeypatch.setattr("socket.getaddrinfo", unknown)

        with pytest.raises(ApiConnectionError, match="Name or service not known") as caught:
            persium.request("POST", "/orders")

    assert caught.value.attempts == 3


def test_timeout_without_a_deadline(concurrency: Concurrency, wire: Wire) -> None:
    """``timeout`` limits each network operation, whether there is a deadline or not."""
    wire.api = wire.silence
    session = concurrency.session(**wire.settings, deadline=None)
    session.do(lambda p: p.access_token())
    hasty = session.client.with_options(timeout=0.1)

    with pytest.raises(ApiTimeoutError):
        session.do(lambda p: p.request("POST", "/x", content=b"y"), client=hasty)


def test_upload_that_is_not_read(settings: dict[str, Any]) -> None:
    """An upload is written in chunks, each with what is left of the deadline."""
    with listener() as deaf:
        settings["api_base_url"] = origin_of(deaf)
        with Persium(**settings, timeout=None) as persium:
            persium.access_token()

            with pytest.raises(DeadlineExceeded):
                persium.with_options(deadline=0.5).request("PUT", "/x", content=b"y" * 50_000_000)


def test_own_client_with_a_slow_body(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """A client that was passed in reads at its own pace, but not beyond the deadline."""
    sandbox.fault("drip-body", at="api", interval=0.05)
    with httpx.Client() as own, Persium(**settings, http_client=own) as persium:
        persium.access_token()

        with pytest.raises(DeadlineExceeded):
            persium.with_options(deadline=0.4).identity.get_me()
