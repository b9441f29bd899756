"""Deadlines and time-outs of connections; ``tests/faults`` has the results of calls."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from persium_ext import ApiTimeoutError, DeadlineExceeded, Persium
from persium_ext._http.connections import ConnectionConfig
from persium_ext._http.deadline_stream import DeadlineStream, applied
from persium_ext._runtime.clock import Deadline
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, listener, origin_of


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

    def start_tls(self, *_: object, **__: object) -> Recorder:
        """Continue unencrypted."""
        return self

    def get_extra_info(self, info: str) -> None:
        """Know nothing."""


def test_each_operation_has_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often bytes arrive, reads and writes get the rest of the deadline and no more."""
    monkeypatch.setattr("time.monotonic", iter([1.0, 5.0, 8.0]).__next__)
    recorder = Recorder()
    stream = DeadlineStream(recorder).start_tls()

    with applied(Deadline(at=10.0)):
        stream.read(1, timeout=6.0)
        stream.read(1, timeout=6.0)
        stream.write(b"x")
    stream.read(1, timeout=6.0)

    assert recorder.timeouts == [6.0, 5.0, 2.0, 6.0]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_deadline_that_has_passed(wire: Wire, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """Nothing is written after the deadline: neither directly nor, here with TLS, to a proxy."""
    monkeypatch.setenv("HTTPS_PROXY", wire.settings["api_base_url"])
    url = wire.settings_with(scheme)["api_base_url"]
    with (
        ConnectionConfig(urls=(url,)).build_client(httpx.Client) as client,
        applied(Deadline(at=0)),
        pytest.raises(httpx.WriteTimeout, match="deadline exceeded"),
    ):
        client.get(url)


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
