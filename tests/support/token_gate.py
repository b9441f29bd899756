"""Token responses that come when the test says so: no delay that a slow machine outlasts."""

from __future__ import annotations

import threading
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import pytest

from persium_ext._runtime.single_flight import Flight
from persium_ext.sandbox import Sandbox

from .concurrency import Action, Session, get_me

PATIENCE: Final = 60
"""Seconds after which a test gives up; nothing waits that long."""


class TokenGate:
    """Holds the token responses of every sandbox while it is closed, and counts who waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open = threading.Event()
        self._open.set()
        self._requests = threading.Semaphore(0)
        self._followers = threading.Semaphore(0)
        monkeypatch.setattr(Sandbox, "token_delay", property(self._hold), raising=False)
        add_done_callback = Flight[Any].add_done_callback

        def counted(flight: Flight[Any], callback: Any) -> None:
            add_done_callback(flight, callback)
            self._followers.release()

        monkeypatch.setattr(Flight, "add_done_callback", counted)

    def _hold(self, _: Sandbox) -> int:
        self._requests.release()
        return 0 if self._open.wait(PATIENCE) else PATIENCE

    @contextmanager
    def closed(self) -> Generator[None]:
        """Hold token responses during the block, or until ``open``."""
        for counter in (self._requests, self._followers):
            while counter.acquire(blocking=False):
                pass
        self._open.clear()
        try:
            yield
        finally:
            self.open()

    def open(self) -> None:
        """Let the token responses go."""
        self._open.set()

    def wait_for_request(self) -> None:
        """Return when one more token request has arrived."""
        assert self._requests.acquire(timeout=PATIENCE)

    def wait_for_followers(self, count: int) -> None:
        """Return when *count* more callers wait for the result of another caller."""
        for _ in range(count):
            assert self._followers.acquire(timeout=PATIENCE)

    @contextmanager
    def during_burst(
        self, session: Session, action: Action = get_me, *, times: int
    ) -> Generator[list[Any]]:
        """Run the block while *times* callers share a token request; fill the list at its end."""
        outcomes: list[Any] = []
        with ThreadPoolExecutor(1) as threads:
            with self.closed():
                future: Future[list[Any]] = threads.submit(session.outcomes, action, times=times)
                self.wait_for_request()
                self.wait_for_followers(times - 1)
                yield outcomes
            outcomes += future.result(PATIENCE)

    def burst(self, session: Session, action: Action = get_me, *, times: int) -> list[Any]:
        """Call *times* times at once: all the others wait before the token response comes."""
        with self.during_burst(session, action, times=times) as outcomes:
            pass
        return outcomes
