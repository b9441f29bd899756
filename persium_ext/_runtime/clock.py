"""The clocks: two for the life of a token, one for a call's total time."""

from __future__ import annotations

import math
import time
from typing import NamedTuple


def _boot_time() -> int | None:
    """Return the boot-time clock; None where there is none, or where a sandbox refuses it."""
    clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    if clock is not None:
        try:
            time.clock_gettime(clock)
        except OSError:
            return None
    return clock


_BOOT_TIME = _boot_time()


class Instant(NamedTuple):
    """Both clocks, read at once.

    Attributes:
        wall: Seconds since the epoch.
        steady: Seconds on a clock that never runs backwards.
    """

    wall: float
    steady: float


def wall() -> float:
    """Return the seconds since the epoch; people and daemons set this clock."""
    return time.time()


def steady() -> float:
    """Return seconds that never run backwards; a boot-time clock also counts suspended time."""
    return time.monotonic() if _BOOT_TIME is None else time.clock_gettime(_BOOT_TIME)


def now() -> Instant:
    """Read both clocks."""
    return Instant(wall=wall(), steady=steady())


class OutOfTimeError(Exception):
    """A deadline passed while waiting."""


class Deadline(NamedTuple):
    """The end of a call's total time.

    Attributes:
        at: On the monotonic clock; infinite without a limit.
    """

    at: float

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Start counting now; None sets no limit."""
        return cls(math.inf if seconds is None else time.monotonic() + seconds)

    def earlier(self, at: float) -> Deadline:
        """Return the earlier of this deadline and *at* (monotonic clock)."""
        return self if self.at <= at else Deadline(at)

    @property
    def remaining(self) -> float:
        """Seconds left, never below zero; may be infinite."""
        return max(0.0, self.at - time.monotonic())

    @property
    def timeout(self) -> float | None:
        """Seconds left, for interfaces in which None sets no limit."""
        return None if math.isinf(self.at) else self.remaining
