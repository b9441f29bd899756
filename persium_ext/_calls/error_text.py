"""How an error describes a call and its response: one line, with the token masked; no I/O."""

from __future__ import annotations

from persium_api.facade.errors import ResponseDecodeError

from persium_ext._http.messages import Response
from persium_ext._http.server_text import page_advice
from persium_ext._status import status_line
from persium_ext._text import facts, printable
from persium_ext.errors import TROUBLESHOOTING

from .call import Call
from .hints import SETTING


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
        hint=page_advice(response, SETTING) or hint,
        docs_url=f"{TROUBLESHOOTING}#response-decode",
        url=call.shown_url,
    )


def _quoted(challenges: tuple[str, ...]) -> str:
    texts = [printable(challenge) or "no challenge" for challenge in challenges]
    return f" ({'; then '.join(texts)})" if texts else ""
