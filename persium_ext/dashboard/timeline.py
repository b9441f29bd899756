"""The events so far, and a way to wait for the next one."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import asdict
from typing import Final

from persium_ext.sandbox.observer import Observation

from .advice import advice
from .events import Event, Reader

KEPT: Final = 2_000
"""Of more events, the oldest are forgotten; the counters go on."""


class Timeline:
    """Observes a sandbox."""

    def __init__(self) -> None:
        self._reader = Reader(started=time.monotonic())
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._counters: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._version = 0
        self._closed = False

    def observe(self, seen: Observation) -> None:
        """Add a request."""
        with self._changed:
            event = self._reader.event(seen)
            self._events.append(event)
            self._counters += _counted(event)
            self._notify()

    def touch(self) -> None:
        """Wake up who waits, after a change that is no request."""
        with self._changed:
            self._notify()

    def wait(self, version: int, *, seconds: float) -> None:
        """Return when something is newer than *version*, or it is closed, or after *seconds*."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._version > version, seconds)

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def state(self) -> dict[str, object]:
        """Return everything as JSON; times are seconds since the dashboard started."""
        with self._changed:
            events, version = list(self._events), self._version
            counters = dict(self._counters)
        return {
            "version": version,
            "now": time.monotonic() - self._reader.started,
            "counters": counters,
            "events": [_shown(event) for event in events],
            "advice": [asdict(each) for each in advice(events)],
        }

    def _notify(self) -> None:
        self._version += 1
        self._changed.notify_all()


def _counted(event: Event) -> Counter[str]:
    requests = "token_requests" if event.is_token_request else "calls"
    counted = {
        requests: True,
        "tokens": event.is_token_request and event.token is not None,
        "unauthorized": event.status == 401,
        "retries": event.is_retry,
        "failures": event.failed,
    }
    return Counter({name: 1 for name, counts in counted.items() if counts})


def _shown(event: Event) -> dict[str, object]:
    hidden = ("secret", "call", "secret_in_url")
    return {name: value for name, value in asdict(event).items() if name not in hidden}
