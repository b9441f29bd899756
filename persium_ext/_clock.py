"""The clocks: two for the life of a token, one for a call's total time."""

from __future__ import annotations

import math
import time

from attrs import frozen

from ._token_cache import Moment

_STEADY = getattr(time, "CLOCK_BOOTTIME", None)


def wall() -> float:
    """Seconds since the epoch; people and daemons set this clock."""
    return time.time()


def steady() -> float:
    """Seconds that never run backwards; where there is a boot-time clock, sleep counts too."""
    return time.monotonic() if _STEADY is None else time.clock_gettime(_STEADY)


def now() -> Moment:
    """Read both clocks."""
    return Moment(wall=wall(), steady=steady())


@frozen
class Deadline:
    """When a call has to be over.

    Attributes:
        at: On the monotonic clock; infinite where there is no limit.
    """

    at: float

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Start counting now; None is no limit."""
        return cls(math.inf if seconds is None else time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """Seconds left, never below zero; may be infinite."""
        return max(0.0, self.at - time.monotonic())

    @property
    def timeout(self) -> float | None:
        """The same for interfaces that write "for ever" as None."""
        return None if math.isinf(self.at) else self.remaining
