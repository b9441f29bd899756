"""An access token, and how long it may be used (TP-2, TP-3); no I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from attrs import field, frozen

from persium_ext._runtime.clock import Instant
from persium_ext._text.secret import Secret

REFRESH_MARGIN: Final = 30.0
"""Seconds that a token must still be valid for; the vendor's number."""
LONGEST_LIFE: Final = 86_400.0 * 365


@frozen(kw_only=True)
class AccessToken:
    """A bearer token; opaque, and masked wherever it is shown.

    Attributes:
        value: The token itself, masked.
        token_type: As the server wrote it: ``Bearer``.
        scope: The granted scopes, separated by spaces; None if the server did not name them.
        expires_in: Seconds that it is valid for, as the server answered.
        sent: When its request was sent: its life counts from there.
        received: When it arrived.
    """

    value: Secret
    token_type: str
    scope: str | None
    expires_in: float
    sent: Instant = field(repr=False)
    received: Instant = field(repr=False)

    def reveal(self) -> str:
        """Return the token itself."""
        return self.value.reveal()

    def redact(self, text: str) -> str:
        """Return *text* without the token."""
        return self.value.redact(text)

    @property
    def expires_at(self) -> datetime:
        """The time (UTC) at which it expires, by the wall clock of this machine."""
        return datetime.fromtimestamp(self.sent.wall + self._life, UTC)

    def remaining(self, now: Instant) -> float:
        """Return the seconds left at *now*, by the clock that shows fewer."""
        return self._life - max(now.wall - self.sent.wall, now.steady - self.sent.steady)

    @property
    def _life(self) -> float:
        """``expires_in``, limited to what clocks and calendars can represent."""
        return max(-LONGEST_LIFE, min(self.expires_in, LONGEST_LIFE))

    def sent_after(self, other: AccessToken) -> bool:
        """Return whether its request was sent after that of *other*."""
        return self.sent.steady > other.sent.steady

    def is_fresh(self, now: Instant) -> bool:
        """Return whether it may be sent at *now*: 30 s or more remain."""
        return self.remaining(now) >= REFRESH_MARGIN

    def elapsed_fraction(self, now: Instant) -> float:
        """Return the elapsed part of its life at *now*: 0 when it was sent for, 1 at its end."""
        return 1 - self.remaining(now) / min(self.expires_in, LONGEST_LIFE)

    @property
    def cacheable(self) -> bool:
        """Whether 30 s remained when it arrived; else it serves only the calls that waited."""
        return self.is_fresh(self.received)

    @property
    def expired_on_arrival(self) -> bool:
        """Whether it expired in transit: the machine was suspended, or a clock was set."""
        return self.expires_in > 0 >= self.remaining(self.received)

    def usable_once(self, now: Instant) -> bool:
        """Return whether the calls that waited for it may send it at *now*, though not cached.

        That includes a token that was never valid for any time: another would be no better.
        """
        return not self.cacheable and (self.expires_in <= 0 or self.remaining(now) > 0)
