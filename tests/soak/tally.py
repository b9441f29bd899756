"""What came of every call: right, one of the errors that belong there, given up by us, or wrong."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from persium_ext import (
    ApiConnectionError,
    ApiStatusError,
    DeadlineExceeded,
    ResponseDecodeError,
    TokenEndpointUnavailable,
    TokenResponseInvalid,
)

EXPECTED: Final = (
    ApiConnectionError,
    ApiStatusError,
    DeadlineExceeded,
    ResponseDecodeError,
    TokenEndpointUnavailable,
    TokenResponseInvalid,
)
RIGHT: Final = "right body"
GIVEN_UP: Final = "cancelled by the caller"
BLOCKING: Final = "blocking call in a task"
BAD: Final = ("WRONG BODY", "UNEXPECTED")


class Tally:
    """Counts outcomes, for many threads at once.

    Attributes:
        slowest: Seconds that the slowest call took.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.slowest = 0.0
        self._lock = threading.Lock()
        self._numbers = itertools.count()

    @property
    def calls(self) -> int:
        """How many calls have ended."""
        return self.outcomes.total()

    def next_echo(self) -> str:
        """Return a value that no other call sends."""
        return f"{next(self._numbers)}-{threading.get_ident()}"

    def count(self, outcome: str) -> None:
        """Count one outcome."""
        with self._lock:
            self.outcomes[outcome] += 1

    def answered(self, me: Any, *, client_id: str, echo: str) -> None:
        """Count a response: is it for this client and this call?"""
        right = me.client_id == client_id and me.additional_properties.get("echo") == echo
        self.count(RIGHT if right else f"WRONG BODY: {me!r} for {client_id}, {echo}")

    @contextmanager
    def call(self) -> Generator[None]:
        """Count what the block raises; a cancellation is raised again."""
        start = time.monotonic()
        try:
            yield
        except EXPECTED as error:
            elsewhere = "through the proxy" in str(error)
            name = type(error).__name__
            self.count(f"UNEXPECTED failure of another route: {error}" if elsewhere else name)
        except Exception as error:  # noqa: BLE001  # any other exception is reported
            self.count(f"UNEXPECTED: {type(error).__name__}: {error}"[:300])
        except BaseException:
            self.count(GIVEN_UP)
            raise
        finally:
            with self._lock:
                self.slowest = max(self.slowest, time.monotonic() - start)

    @property
    def bad(self) -> list[str]:
        """The outcomes that are not allowed."""
        return [outcome for outcome in self.outcomes if outcome.startswith(BAD)]
