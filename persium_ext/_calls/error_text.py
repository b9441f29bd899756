"""What the text of an error quotes of a call and its response: one line, with the token masked."""

from __future__ import annotations

from typing import Final, cast

from persium_ext._http.messages import Response, UndecodableResponse
from persium_ext._text import printable

from .call import Call

_MEMBERS: Final = ("detail", "error_description", "message", "msg", "title", "error", "errors")
"""Members with a text for people: RFC 9457, RFC 6749, and what other servers use."""


def facts(call: Call, request_id: str | None = None) -> str:
    """Return the end of the text: the attempts, if there were several, and the request id."""
    known = [f"{call.attempts} attempts"] if call.attempts > 1 else []
    if request_id:
        known.append(f"request id {_quoted(call, request_id)}")
    return f" ({', '.join(known)})" if known else ""


def server_text(call: Call, response: Response) -> str:
    """Return what the server says about its status; nothing of a page of HTML."""
    text = response.reason if isinstance(response, UndecodableResponse) else response.text
    try:
        document = response.json()
        text = _text_in(document, levels=4) or (text if document else "")
    except ValueError:
        text = "" if text.lstrip().startswith("<") else text
    quoted = _quoted(call, text)
    return f": {quoted}" if quoted else ""


def _text_in(value: object, *, levels: int) -> str | None:
    """Return the first text for people in the JSON *value*, at most *levels* deep."""
    if isinstance(value, str) or not levels:
        return value if isinstance(value, str) else None
    items: list[object] = []
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        items = [members.get(name) for name in _MEMBERS]
    elif isinstance(value, list):
        items = cast("list[object]", value)
    texts = (_text_in(item, levels=levels - 1) for item in items)
    return next(filter(None, texts), None)


def _quoted(call: Call, text: str) -> str:
    return printable(call.token.redact(text) if call.token else text)
