"""Deadlines and time-outs where ``tests/faults`` has no row: uploads, proxies, own clients."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from persium_ext import ApiTimeoutError, DeadlineExceeded, Persium
from persium_ext._http.connections import ConnectionConfig
from persium_ext._http.deadline_stream import applied
from persium_ext._runtime.clock import Deadline
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, listener, origin_of


def test_deadline_that_has_passed(wire: Wire) -> None:
    """Nothing more is read or written after the deadline."""
    with (
        ConnectionConfig().build_client(httpx.Client) as client,
        applied(Deadline(at=0)),
        pytest.raises(httpx.WriteTimeout, match="deadline exceeded"),
    ):
        client.get(wire.settings["api_base_url"])


def test_timeout_without_a_deadline(concurrency: Concurrency, wire: Wire) -> None:
    """``timeout`` limits each network operation, whether there is a deadline or not."""
    wire.api = wire.silence
    session = concurrency.session(**wire.settings, deadline=None, timeout=0.1)

    [error] = session.outcomes(lambda p: p.request("POST", "/x", content=b"y"), times=1)

    assert isinstance(error, ApiTimeoutError)


def test_upload_that_is_not_read(settings: dict[str, Any]) -> None:
    """An upload is written in chunks, each with what is left of the deadline."""
    with listener() as deaf:
        settings["api_base_url"] = origin_of(deaf)
        with Persium(**settings, deadline=0.5, timeout=None) as persium:
            persium.access_token()

            with pytest.raises(DeadlineExceeded):
                persium.request("PUT", "/x", content=b"y" * 50_000_000)


def test_own_client_with_a_slow_body(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """A client that was passed in reads at its own pace, but not beyond the deadline."""
    sandbox.fault("drip-body", at="api", interval=0.05)
    with httpx.Client() as own, Persium(**settings, http_client=own, deadline=0.4) as persium:
        persium.access_token()

        with pytest.raises(DeadlineExceeded):
            persium.identity.get_me()


def test_deadline_behind_a_proxy(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment that sends no response is not waited for beyond the deadline."""
    with listener() as deaf:
        monkeypatch.setenv("HTTPS_PROXY", origin_of(deaf))
        settings["api_base_url"] = "https://api.example"

        with Persium(**settings, deadline=0.4) as persium, pytest.raises(DeadlineExceeded):
            persium.identity.get_me()
