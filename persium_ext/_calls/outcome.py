"""What the last response of a call means: success, another attempt, or which error; no I/O."""

from __future__ import annotations

from typing import Final, TypeGuard

from attrs import evolve
from persium_api.facade.errors import (
    RANGE_ERRORS,
    STATUS_ERRORS,
    ApiStatusError,
    ResponseDecodeError,
)

from persium_ext._http.messages import Response, TransportError, UndecodableResponse, origin
from persium_ext._retry.policy import TRANSIENT, Attempt
from persium_ext._retry.retry_after import parse_retry_after
from persium_ext._text import printable
from persium_ext.errors import (
    TROUBLESHOOTING,
    ApiConnectionError,
    ApiTimeoutError,
    DeadlineExceeded,
    PersiumError,
)

from .call import Call
from .decode import decode_error
from .error_text import facts, server_text

_TWICE_UNAUTHORIZED: Final = (
    "the API refused a fresh token too: "
    "do TOKEN_URL and API_BASE_URL belong to the same environment?"
)
_CONSUMED: Final = (
    "the token was refused after the body, a stream, had been sent: it can't be sent again; "
    "repeat the call with bytes or a seekable file"
)
_TOO_LONG: Final = "ask for less at once, or give the client a larger max_response_size (bytes)"
_TOO_LONG_FOR_FILE: Final = "give download_to a larger max_size (bytes), or None"
_REDIRECT: Final = "a redirect, which is not followed with credentials: check API_BASE_URL"
_STREAM: Final = "the body is a stream, which is never sent twice: use bytes or a seekable file"


def is_unauthorized(response: Response | TransportError) -> TypeGuard[Response]:
    """Return whether the API refused the token."""
    return isinstance(response, Response) and response.status_code == 401


def is_success(call: Call, response: Response | TransportError) -> bool:
    """Return whether the response is a success of the call's operation, with a readable body."""
    if isinstance(response, (TransportError, UndecodableResponse)):  # no union is made
        return False
    return _has_success_status(call, response)


def _has_success_status(call: Call, response: Response) -> bool:
    status = response.status_code
    return 200 <= status < 300 or (status == 304 and call.described is None)


def attempt_of(call: Call, response: Response | TransportError, *, wall: float) -> Attempt:
    """Describe the last attempt for the retry policy."""
    attempt = Attempt(
        call.attempts,
        call.method,
        idempotency_key=any(name.lower() == "idempotency-key" for name in call.headers),
        replayable=call.body.replayable,
    )
    if isinstance(response, TransportError):
        return evolve(attempt, unsent=response.unsent, final=response.final)
    wait = parse_retry_after(response.headers, wall=wall)
    return evolve(attempt, status=response.status_code, retry_after=wait)


def error_of(
    call: Call, response: Response | TransportError | None, *, deadline: float | None, wall: float
) -> PersiumError:
    """Build the error that the call ends with; no *response*: its *deadline* was exceeded."""
    if response is None:
        message = f"{call.operation}: deadline of {deadline:g} s exceeded"
        return DeadlineExceeded(message, deadline=deadline, attempts=call.attempts)
    if isinstance(response, UndecodableResponse) and _has_success_status(call, response):
        return undecodable(call, response, printable(response.reason))
    if isinstance(response, Response):
        return _status_error(call, response, wall=wall)
    kind = ApiTimeoutError if response.timed_out else ApiConnectionError
    return kind(
        f"{call.operation}: {printable(response.reason)}{facts(call)}",
        attempts=call.attempts,
        hint=_size_hint(call) if response.too_long else response.hint or _stream_hint(call),
        docs_url=f"{TROUBLESHOOTING}#api-connection",
    )


def undecodable(call: Call, response: Response, reason: str) -> ResponseDecodeError:
    """Return the error of a success that cannot be used for a *reason* in plain text."""
    return ResponseDecodeError(
        f"{call.operation}: HTTP {response.status_code}, but {reason}"
        f"{facts(call, response.request_id)}",
        operation=call.operation,
        status=response.status_code,
        request_id=response.request_id,
        attempts=call.attempts,
        docs_url=f"{TROUBLESHOOTING}#response-decode",
    )


def _status_error(call: Call, response: Response, *, wall: float) -> ApiStatusError:
    status = response.status_code
    challenges = tuple(call.challenges) if status == 401 else ()
    return _error_class(call, status)(
        f"{call.operation}: HTTP {status}{_quoted(challenges)} from {origin(call.url)}"
        f"{server_text(call, response)}{facts(call, response.request_id)}",
        operation=call.operation,
        status=status,
        body=_error_body(call, response),
        headers=response.headers,
        text=response.text[:2_000],
        retry_after=parse_retry_after(response.headers, wall=wall),
        challenges=challenges,
        request_id=response.request_id,
        attempts=call.attempts,
        hint=_hint(call, status),
        docs_url=f"{TROUBLESHOOTING}#{'api-401' if status == 401 else 'api-status'}",
    )


def _hint(call: Call, status: int) -> str | None:
    if status == 401 and call.challenges:
        return _TWICE_UNAUTHORIZED if call.body.replayable else _CONSUMED
    if 300 <= status < 400:
        return _REDIRECT
    return _stream_hint(call) if status in TRANSIENT else None


def _size_hint(call: Call) -> str:
    return _TOO_LONG if call.sink is None else _TOO_LONG_FOR_FILE


def _stream_hint(call: Call) -> str | None:
    return None if call.body.replayable else _STREAM


def _error_class(call: Call, status: int) -> type[ApiStatusError]:
    """Return the class that the operation gives *status*, else the one of other operations."""
    key = call.described.response(status) if call.described else None
    return RANGE_ERRORS.get(str(key)) or STATUS_ERRORS.get(status, ApiStatusError)


def _error_body(call: Call, response: Response) -> object:
    body = decode_error(call.described, response) if call.described else None
    if body is not None:
        return body
    try:
        return response.json()
    except ValueError:
        return None


def _quoted(challenges: tuple[str, ...]) -> str:
    texts = [printable(challenge) or "no challenge" for challenge in challenges]
    return f" ({'; then '.join(texts)})" if texts else ""
