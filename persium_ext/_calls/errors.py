"""The error that a call ends with; no I/O."""

from __future__ import annotations

from persium_api.facade.errors import (
    RANGE_ERRORS,
    STATUS_ERRORS,
    ApiStatusError,
    ServerError,
)

from persium_ext._http.messages import Response, TransportError, UndecodableResponse
from persium_ext._http.server_text import redirect_text, server_text
from persium_ext._retry.retry_after import parse_retry_after
from persium_ext._text.printable import facts, printable
from persium_ext.errors import (
    TROUBLESHOOTING,
    ApiConnectionError,
    ApiTimeoutError,
    DeadlineExceeded,
    PersiumError,
)

from .call import Call
from .decode import decode_error
from .error_text import (
    ENDPOINT_LATE,
    deadline_hint,
    heading,
    status_hint,
    target,
    transport_hint,
    undecodable,
    waits_for_token,
)


def error_of(
    call: Call, response: Response | TransportError | None, *, deadline: float | None, wall: float
) -> PersiumError:
    """Build the error that the call ends with; no *response*: its *deadline* was exceeded."""
    if response is None:
        return _too_late(call, deadline=deadline)
    if isinstance(response, UndecodableResponse) and call.is_success(response.status_code):
        return undecodable(call, response, printable(response.reason))
    if isinstance(response, Response):
        return _status_error(call, response, wall=wall)
    kind = ApiTimeoutError if response.timed_out else ApiConnectionError
    return kind(
        f"{call.operation}: {printable(response.reason, limit=600)}{_attempts(call)}",
        attempts=call.attempts,
        hint=transport_hint(call, response),
        docs_url=f"{TROUBLESHOOTING}#{response.topic or 'api-connection'}",
        url=call.shown_url,
    )


def _too_late(call: Call, *, deadline: float | None) -> DeadlineExceeded:
    by = "before there was a token" if waits_for_token(call) else f"by {target(call)}"
    return DeadlineExceeded(
        f"{call.operation}: deadline of {deadline:g} s exceeded {by}{_attempts(call)}",
        deadline=deadline,
        attempts=call.attempts,
        hint=deadline_hint(call),
        url=call.shown_url,
    )


def no_token(*, deadline: float | None) -> DeadlineExceeded:
    """Return the error of a program that asked for a token, and got none in time."""
    message = f"no token within the deadline of {deadline:g} s"
    return DeadlineExceeded(message, deadline=deadline, hint=ENDPOINT_LATE)


def _attempts(call: Call) -> str:
    known = facts(call.attempts)
    return f" ({known})" if known else ""


def _status_error(call: Call, response: Response, *, wall: float) -> ApiStatusError:
    status = response.status_code
    challenges = tuple(call.challenges) if status == 401 else ()
    retry_after = parse_retry_after(response.headers, wall=wall)
    secret = call.token.value if call.token else None
    said = server_text(response, secret)
    if 300 <= status < 400:
        said = redirect_text(response, secret)
    return _error_class(call, status)(
        f"{heading(call, response, challenges)}{f': {said}' if said else ''}",
        operation=call.operation,
        status=status,
        body=_error_body(call, response),
        headers=response.headers,
        text=response.text[:2_000],
        retry_after=retry_after,
        challenges=challenges,
        request_id=response.request_id,
        attempts=call.attempts,
        hint=status_hint(call, response, retry_after=retry_after) or None,
        docs_url=f"{TROUBLESHOOTING}#{'api-401' if status == 401 else 'api-status'}",
        url=call.shown_url,
    )


def _error_class(call: Call, status: int) -> type[ApiStatusError]:
    """Return the class of *status*, else the one of the range that the operation documents."""
    known = STATUS_ERRORS.get(status)
    if known is not None:
        return known
    key = call.described.response(status) if call.described else None
    return RANGE_ERRORS.get(str(key)) or (ServerError if status >= 500 else ApiStatusError)


def _error_body(call: Call, response: Response) -> object:
    body = decode_error(call.described, response) if call.described else None
    if body is not None:
        return body
    try:
        return response.json()
    except ValueError:
        return None
