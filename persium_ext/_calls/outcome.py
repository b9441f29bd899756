"""What follows from the last response of a call: another attempt, its success, or its error."""

from __future__ import annotations

import logging
from typing import Final, TypeGuard

from attrs import evolve

from persium_ext._http.messages import Response, TransportError, UndecodableResponse, origin
from persium_ext._observation.log import log
from persium_ext._retry import budget
from persium_ext._retry.limits import RequestLimits, next_delay
from persium_ext._retry.policy import Attempt
from persium_ext._retry.retry_after import parse_retry_after
from persium_ext._runtime.clock import now
from persium_ext._text.printable import printable

from .call import Call
from .errors import error_of

_UNDOCUMENTED: Final = "%(operation)s: HTTP %(status)d is not documented: its body is %(fate)s"


def conclude(
    call: Call,
    response: Response | TransportError | None,
    limits: RequestLimits,
    *,
    deadline: float | None,
) -> Response:
    """Return the success, or raise the error that the call ends with; *deadline* is in seconds."""
    if isinstance(response, TransportError) and not limits.deadline.remaining:
        response = None
    if isinstance(response, Response) and is_success(call, response):
        _warn_of_undocumented(call, response)
        return response
    raise error_of(call, response, deadline=deadline, wall=now().wall)


def _warn_of_undocumented(call: Call, response: Response) -> None:
    status, described = response.status_code, call.described
    if described is not None and described.response(status) in {None, "default"}:
        fate = "not read" if call.sink is None else "in the file"
        facts = {"operation": call.operation, "status": status, "fate": fate}
        log(logging.WARNING, "undocumented", _UNDOCUMENTED, **facts)


def delay_after(
    call: Call, response: Response | TransportError, limits: RequestLimits
) -> float | None:
    """Return the seconds before the next attempt; None: *response* is the last."""
    if is_success(call, response):
        if call.attempts == 1 and budget.reduced:
            budget.refill(origin(call.url))
        return None
    attempt = _attempt_of(call, response, wall=now().wall)
    return next_delay(attempt, limits, origin=origin(call.url), operation=call.operation)


def is_unauthorized(response: Response | TransportError) -> TypeGuard[Response]:
    """Return whether the API refused the token."""
    return isinstance(response, Response) and response.status_code == 401


def is_success(call: Call, response: Response | TransportError) -> bool:
    """Return whether the response is a success of the call's operation, with a readable body."""
    if isinstance(response, (TransportError, UndecodableResponse)):  # no union is made
        return False
    return call.is_success(response.status_code)


def _attempt_of(call: Call, response: Response | TransportError, *, wall: float) -> Attempt:
    """Describe the last attempt for the retry policy."""
    attempt = Attempt(
        call.attempts,
        call.method,
        idempotency_key=any(name.lower() == "idempotency-key" for name in call.headers),
        replayable=call.replayable,
    )
    if isinstance(response, TransportError):
        reason = printable(response.reason, limit=600)
        return evolve(attempt, unsent=response.unsent, final=response.final, reason=reason)
    wait = parse_retry_after(response.headers, wall=wall)
    return evolve(attempt, status=response.status_code, retry_after=wait)
