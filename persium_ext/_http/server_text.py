"""What the text of an error quotes of a response: one line, with the secret or token masked."""

from __future__ import annotations

import re
from typing import Final, cast

from persium_ext._text.printable import printable, repeats_status, shown_url
from persium_ext._text.secret import Secret

from .messages import Response, UndecodableResponse

_MEMBERS: Final = ("detail", "error_description", "message", "msg", "title", "error", "errors")
"""Members with a text for people: RFC 9457, RFC 6749, and what other servers use."""
_TITLE: Final = r"(?is)<title[^>]*>(.*?)<"
_START: Final = 10_000
"""Characters of a page in which its title is searched for."""


def quoted(text: str, secret: Secret | None) -> str:
    """Return *text* of a server, safe to print and with the *secret* masked."""
    return printable(secret.redact(text) if secret else text)


def server_text(response: Response, secret: Secret | None) -> str:
    """Return what the server says beyond its status; of a page of HTML only the title."""
    text = response.reason if isinstance(response, UndecodableResponse) else response.text
    try:
        document = response.json()
        text = _text_in(document, levels=4) or (text if document else "")
    except ValueError:
        if is_page(response):
            from html import unescape  # noqa: PLC0415  # 1 ms, for a page only

            title = re.search(_TITLE, text[:_START])
            text = unescape(title[1]) if title else ""
    said = quoted(text, secret)
    return "" if repeats_status(said, response.status_code) else said


def is_page(response: Response) -> bool:
    """Return whether a page of HTML came, which neither endpoint has."""
    if response.headers.get("content-type", "").lower().startswith("text/html"):
        return True
    return response.content[:100].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def not_json(response: Response, *, secret: Secret | None, error: ValueError) -> str:
    """Return what came in place of JSON: a page of HTML with its title, else the *error*."""
    if not is_page(response):
        return str(error)
    title = server_text(response, secret)
    return f"a page of HTML ({title})" if title else "a page of HTML"


def page_advice(response: Response, setting: str) -> str | None:
    """Return what to do about a page of HTML that came from the URL in *setting*; None: none."""
    if not is_page(response):
        return None
    return (
        "a login page, a proxy or a gateway responded, with text/html: "
        f"check {setting} and HTTPS_PROXY"
    )


def redirect_text(response: Response, secret: Secret | None) -> str:
    """Return where a redirect leads, without its query: it may hold the state of a login."""
    location = response.headers.get("location", "")
    place = f" to {shown_url(secret.redact(location) if secret else location)}" if location else ""
    return f"a redirect{place}, which is not followed with credentials"


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
