"""What an error says of a call and its response, with the token masked, and what to do; no I/O."""

from __future__ import annotations

from typing import Final

from persium_api.facade.errors import ResponseDecodeError

from persium_ext._http.messages import Response, TransportError
from persium_ext._http.server_text import page_advice
from persium_ext._retry.policy import TRANSIENT
from persium_ext._text.printable import facts, printable, status_line
from persium_ext.errors import TROUBLESHOOTING

from .call import Call

_SETTING: Final = "API_BASE_URL"
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
_STREAM: Final = "the body is a stream, which is never sent twice: use bytes or a seekable file"
ENDPOINT_LATE: Final = (
    "the token endpoint did not respond in time: check TOKEN_URL and the network, or give the call "
    "a larger deadline (seconds)"
)
_API_LATE: Final = "the API did not respond in time: give the call a larger deadline (seconds)"
_STATUSES: Final = {
    403: "this client may not do that: ask Persium what CLIENT_ID is allowed to do",
    404: "there is no such thing, or API_BASE_URL is wrong: compare the URL with the given one",
    405: "API_BASE_URL may be wrong, or this version of persium too old: update it",
    429: "too many requests: wait, and send fewer at once",
}
_NO_SUCH_OPERATION: Final = "API_BASE_URL may be wrong: use it exactly as Persium gave it"
_REDIRECT: Final = (
    "API_BASE_URL may be wrong: http in place of https, or a part of the path is missing"
)
_SERVER: Final = "the API failed, not the request: try later, and report the request id if it lasts"


def target(call: Call) -> str:
    """Return the method and the URL of *call*."""
    return f"{call.method} {call.shown_url}"


def heading(call: Call, response: Response, challenges: tuple[str, ...] = ()) -> str:
    """Return what was asked, the status, where it came from, the attempts and the request id."""
    request_id = response.request_id and printable(call.redact(response.request_id))
    status = f"HTTP {status_line(response.status_code)}{_quoted(challenges)}"
    place = f"{call.operation}: {status} from {target(call)}"
    return ", ".join(filter(None, (place, facts(call.attempts, request_id))))


def undecodable(
    call: Call, response: Response, reason: str, *, text: str = "", hint: str | None = None
) -> ResponseDecodeError:
    """Return the error of a success that cannot be used for a *reason* in plain text.

    *text* is its body, with the token masked. A page of HTML has a hint of its own.
    """
    return ResponseDecodeError(
        f"{heading(call, response)}, but {reason}",
        operation=call.operation,
        status=response.status_code,
        text=text,
        request_id=response.request_id,
        attempts=call.attempts,
        hint=page_advice(response, _SETTING) or hint,
        docs_url=f"{TROUBLESHOOTING}#response-decode",
        url=call.shown_url,
    )


def _quoted(challenges: tuple[str, ...]) -> str:
    texts = [printable(challenge) or "no challenge" for challenge in challenges]
    return f" ({'; then '.join(texts)})" if texts else ""


def status_hint(call: Call, response: Response, *, retry_after: float | None) -> str:
    """Return what to do about an unsuccessful status; empty: nobody knows."""
    status = response.status_code
    if status == 401 and call.challenges:
        return _TWICE_UNAUTHORIZED if call.replayable else _CONSUMED
    if 300 <= status < 400:
        return _REDIRECT
    if status in TRANSIENT and not call.replayable:
        return _STREAM
    if page := page_advice(response, _SETTING):
        return page
    if status == 429 and retry_after:
        return f"too many requests: wait {retry_after:g} s, and send fewer at once"
    if status == 404 and call.described and not _has_path_arguments(call):
        return _NO_SUCH_OPERATION
    return _STATUSES.get(status) or (_SERVER if status >= 500 else "")


def _has_path_arguments(call: Call) -> bool:
    parameters = call.described.parameters if call.described else ()
    return any(parameter.place == "path" for parameter in parameters)


def transport_hint(call: Call, failure: TransportError) -> str | None:
    """Return what to do about a request without a usable response."""
    if failure.too_long:
        return _TOO_LONG if call.sink is None else _TOO_LONG_FOR_FILE
    if not call.replayable and not failure.final:
        return _STREAM
    return failure.hint_for(_SETTING)


def deadline_hint(call: Call) -> str:
    """Return what to do about a call that exceeded its deadline."""
    return ENDPOINT_LATE if waits_for_token(call) else _API_LATE


def waits_for_token(call: Call) -> bool:
    """Return whether nothing was sent to the API yet, because there is no token."""
    return call.secured and call.token is None
