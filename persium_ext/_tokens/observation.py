"""What the log and hooks are told about a token request."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final, Self

from persium_ext._observation.log import log
from persium_ext._observation.observer import Scope, tell
from persium_ext._runtime.clock import now
from persium_ext._text.printable import shown_url, utc
from persium_ext.errors import PersiumError
from persium_ext.hooks import Hooks, TokenEvent

from .access_token import AccessToken
from .token_failure import TokenFailure

_RECEIVED: Final = "token request ({why}): valid for %(expires_in)s s, took %(duration).3f s"
_FAILED: Final = "token request ({why}) failed after %(duration).3f s: %(error)s"
_REMEMBERED: Final = _FAILED + "; no request is sent until %(until)s UTC (%(cooldown).0f s)"
_WHY: Final = {
    "none": "none was cached",
    "expiring": "the cached one expires",
    "unauthorized": "the API refused the cached one",
    "ahead": "ahead of time",
}


class TokenObservation:
    """A ``with`` block around a token request: log and hooks are told at the end.

    *reason* is that of ``TokenEvent``.
    """

    def __init__(self, hooks: Hooks | None, url: str, reason: str) -> None:
        self._hooks, self._url, self._reason = hooks, shown_url(url), reason
        self._result: AccessToken | TokenFailure | None = None
        self._cooldown: float | None = None

    def __enter__(self) -> Self:
        self._began = now().steady
        self._scope = Scope(self._hooks.around_token, self._url) if self._hooks else None
        return self

    def ended(self, result: AccessToken | TokenFailure, *, cooldown: float | None = None) -> None:
        """Note the result, and the seconds for which a failure is remembered."""
        self._result, self._cooldown = result, cooldown

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        moment, result = now(), self._result
        duration = moment.steady - self._began
        failed = result.error if isinstance(result, TokenFailure) else error
        self._log(result, failed, duration=duration, wall=moment.wall)
        if self._hooks is not None and self._scope is not None:
            event = TokenEvent(
                reason=self._reason,
                url=self._url,
                duration=duration,
                expires_in=result.expires_in if isinstance(result, AccessToken) else None,
                error=type(failed).__name__ if failed else None,
                cooldown=self._cooldown,
            )
            tell(self._hooks.on_token, event)
            self._scope.leave(failed)

    def _log(
        self,
        result: AccessToken | TokenFailure | None,
        failed: BaseException | None,
        *,
        duration: float,
        wall: float,
    ) -> None:
        facts: dict[str, object] = {
            "reason": self._reason,
            "url": self._url,
            "duration": duration,
        }
        why = _WHY[self._reason]
        if isinstance(result, AccessToken):
            log(
                logging.INFO,
                "token",
                _RECEIVED.format(why=why),
                expires_in=result.expires_in,
                **facts,
            )
            return
        text = failed.args[0] if isinstance(failed, PersiumError) else type(failed).__name__
        facts |= {"error": text}
        if self._cooldown is None:
            log(logging.INFO, "token_failed", _FAILED.format(why=why), **facts)
        else:
            cooldown = self._cooldown
            facts |= {"cooldown": cooldown, "until": utc(wall + cooldown)}
            log(logging.WARNING, "token_cooldown", _REMEMBERED.format(why=why), **facts)
