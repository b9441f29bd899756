"""Hooks that keep what they are told."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from persium_ext import CallEvent, Hooks, RetryEvent, TokenEvent
from persium_ext.hooks import CallStart


class Recorder(Hooks):
    """Keeps what it is told, in order."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def on_token(self, event: TokenEvent) -> None:
        """Keep it."""
        self.events.append(event)

    def on_retry(self, event: RetryEvent) -> None:
        """Keep it."""
        self.events.append(event)

    def on_call(self, event: CallEvent) -> None:
        """Keep it."""
        self.events.append(event)

    def around_call(self, start: CallStart) -> AbstractContextManager[object]:
        """Keep its start, and its end."""
        return self._around(f"{start.operation} {start.method}")

    def around_token(self, url: str) -> AbstractContextManager[object]:
        """Keep its start, and its end."""
        return self._around(url)

    @contextmanager
    def _around(self, what: str) -> Generator[None]:
        self.events.append(f"> {what}")
        try:
            yield
        except Exception as error:
            self.events.append(f"< {type(error).__name__}")
            raise
        self.events.append("<")

    def of(self, kind: type) -> list[Any]:
        """The events of one *kind*."""
        return [event for event in self.events if isinstance(event, kind)]
