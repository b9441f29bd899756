"""What follows from the last response of a call: another attempt, its success, or its error."""

from __future__ import annotations

import logging
from typing import Final

from persium_ext._http.messages import Response, TransportError, origin
from persium_ext._log import log
from persium_ext._retry import budget
from persium_ext._retry.limits import RequestLimits, next_delay
from persium_ext._runtime.clock import now

from .call import Call
from .outcome import attempt_of, error_of, is_success

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
        if call.attempts == 1:
            budget.refill(origin(call.url))
        return None
    attempt = attempt_of(call, response, wall=now().wall)
    return next_delay(attempt, limits, origin=origin(call.url), operation=call.operation)
