"""How long a token may be used, and how long a failure is remembered (TP-2, TP-3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from attrs import field, frozen

from ._secret import Secret
from .errors import TokenEndpointUnavailable, TokenError, TokenRefused

MARGIN: Final = 30.0
"""Seconds that a token must still have; the vendor's number."""
LONGEST_LIFE: Final = 86_400.0 * 365
OUTAGE_COOLDOWNS: Final = (5.0, 10.0, 20.0, 30.0)
REFUSED_COOLDOWN: Final = 60.0
LONGEST_COOLDOWN: Final = 60.0


@frozen(kw_only=True)
class Moment:
    """The two clocks, read at once (seconds)."""

    wall: float
    steady: float


@frozen(kw_only=True)
class AccessToken:
    """A bearer token; opaque, and masked wherever it is shown.

    Attributes:
        token_type: As the server wrote it: ``Bearer``.
        scope: What was granted, separated by spaces; None where the server did not say.
        expires_in: Seconds that it lives, as the server answered.
        sent: When its request was sent: its life counts from there.
        received: When it arrived.
    """

    _value: Secret = field(alias="value")
    token_type: str
    scope: str | None
    expires_in: float
    sent: Moment = field(repr=False)
    received: Moment = field(repr=False)

    def reveal(self) -> str:
        """Return the token itself."""
        return self._value.reveal()

    def redact(self, text: str) -> str:
        """Return *text* without the token."""
        return self._value.redact(text)

    @property
    def expires_at(self) -> datetime:
        """The time (UTC) at which it expires, by the wall clock of this machine."""
        return datetime.fromtimestamp(self.sent.wall + self._life, UTC)

    def remaining(self, now: Moment) -> float:
        """Seconds left at *now*, by the clock that says less."""
        return self._life - max(now.wall - self.sent.wall, now.steady - self.sent.steady)

    @property
    def _life(self) -> float:
        """``expires_in``, so bounded that clocks and calendars can take it."""
        return max(-LONGEST_LIFE, min(self.expires_in, LONGEST_LIFE))

    def usable(self, now: Moment) -> bool:
        """Whether it may be sent at *now*: 30 s or more remain."""
        return self.remaining(now) >= MARGIN

    def spent(self, now: Moment) -> float:
        """The part of its life that is over at *now*: 0 when it was sent for, 1 at its end."""
        return 1 - self.remaining(now) / min(self.expires_in, LONGEST_LIFE)

    @property
    def kept(self) -> bool:
        """Whether it had 30 s when it arrived; else it only serves those who waited for it."""
        return self.usable(self.received)

    @property
    def stillborn(self) -> bool:
        """Whether it died on its way here: the machine slept, or a clock was set meanwhile."""
        return self.expires_in > 0 >= self.remaining(self.received)

    def serves(self, now: Moment) -> bool:
        """Whether those who waited for it may send it at *now*, though it is not kept.

        One that was given no life at all serves, too: another would be no better.
        """
        return not self.kept and (self.expires_in <= 0 or self.remaining(now) > 0)


@frozen(kw_only=True)
class Cooldown:
    """A failure that is answered from memory for a while, to spare the token endpoint.

    Attributes:
        error: What every caller gets meanwhile.
        until: On the steady clock.
        outages: Failures in a row that were outages.
    """

    error: TokenError
    until: float
    outages: int

    def active(self, now: Moment) -> bool:
        """Whether the failure still stands at *now*."""
        return now.steady < self.until


def cooldown(error: TokenError, *, previous: Cooldown | None, now: Moment) -> Cooldown:
    """Remember *error*: refused credentials for 60 s, an outage for 5, 10, 20, then 30 s."""
    if isinstance(error, TokenRefused):
        return Cooldown(error=error, until=now.steady + REFUSED_COOLDOWN, outages=0)
    outages = previous.outages if previous else 0
    pause = OUTAGE_COOLDOWNS[min(outages, len(OUTAGE_COOLDOWNS) - 1)]
    if isinstance(error, TokenEndpointUnavailable) and error.retry_after is not None:
        pause = max(pause, min(error.retry_after, LONGEST_COOLDOWN))
    return Cooldown(error=error, until=now.steady + pause, outages=outages + 1)
