"""The timeline alone: who waits, and what is kept."""

from __future__ import annotations

import httpx
import pytest

from persium_ext.dashboard import timeline
from persium_ext.dashboard.timeline import Timeline
from persium_ext.sandbox import Sandbox


def test_closed_one_lets_nobody_wait() -> None:
    """After its end, waiting takes no time."""
    closed = Timeline()
    closed.close()

    closed.wait(0, seconds=float("inf"))


def test_newer_version_is_not_waited_for() -> None:
    """Who knows an old version does not wait."""
    changed = Timeline()
    changed.touch()

    changed.wait(0, seconds=float("inf"))


def test_old_events_are_forgotten(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many events the oldest are forgotten, but they stay counted."""
    monkeypatch.setattr(timeline, "KEPT", 2)
    short = Timeline()
    sandbox.observe(short.observe)
    for _ in range(3):
        httpx.get(f"{sandbox.api_base_url}/me", trust_env=False)

    state = short.state()
    assert len(list(state["events"])) == 2  # type: ignore[call-overload]  # JSON
    assert state["counters"] == {"calls": 3, "unauthorized": 3, "failures": 3, "retries": 2}
