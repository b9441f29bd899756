"""What the log and hooks are told about a call."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Self

from attrs import asdict
from persium_api.facade.errors import ApiStatusError, ResponseDecodeError

from persium_ext._http.messages import Response
from persium_ext._observation.log import log, logger
from persium_ext._observation.observer import Scope, tell
from persium_ext._runtime.clock import now
from persium_ext._text.printable import facts, printable, shown_url
from persium_ext.hooks import CallEvent, CallStart, Hooks

from .call import Call


def is_observed(hooks: Hooks | None) -> bool:
    """Return whether somebody is told about calls: *hooks*, or the log."""
    return hooks is not None or logger.isEnabledFor(logging.DEBUG)


class CallObservation:
    """A ``with`` block around a call: log and hooks are told at the end, however it ends."""

    def __init__(self, hooks: Hooks | None, call: Call) -> None:
        self._hooks, self._call = hooks, call
        self._response: Response | None = None

    def __enter__(self) -> Self:
        call = self._call
        self._url = shown_url(call.url)
        start = CallStart(operation=call.operation, method=call.method, url=self._url)
        self._began = now().steady
        self._scope = Scope(self._hooks.around_call, start) if self._hooks else None
        return self

    def ended(self, response: Response) -> Response:
        """Return the *response*, which is a success."""
        self._response = response
        return response

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        event = self._event(error)
        _log(event)
        if self._hooks is not None and self._scope is not None:
            tell(self._hooks.on_call, event)
            self._scope.leave(error)

    def _event(self, error: BaseException | None) -> CallEvent:
        call, found, moment = self._call, self._response, now()
        token = call.token
        return CallEvent(
            operation=call.operation,
            method=call.method,
            url=self._url,
            status=found.status_code if found else _status(error),
            duration=moment.steady - self._began,
            attempts=call.attempts,
            request_id=found.request_id if found else getattr(error, "request_id", None),
            error=type(error).__name__ if error else None,
            token_age=moment.steady - token.sent.steady if token else None,
        )


def _log(event: CallEvent) -> None:
    outcome = filter(None, (event.error, f"HTTP {event.status}" if event.status else ""))
    known = facts(event.attempts, event.request_id and printable(event.request_id))
    result = f"{', '.join(outcome)} after {event.duration:.3f} s{known and f' ({known})'}"
    log(logging.DEBUG, "call", "%(operation)s: %(result)s", result=result, **asdict(event))


def _status(error: BaseException | None) -> int | None:
    """Return the status of the API; that of the token endpoint is told by its own event."""
    return error.status if isinstance(error, ApiStatusError | ResponseDecodeError) else None
