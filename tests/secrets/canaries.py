"""A secret and a token that are easy to find, in every encoding that a text may have them in."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from html import escape
from typing import Final
from urllib.parse import quote, quote_plus

SECRET: Final = "canary-s3cret/+&=%'\"\\ é"
TOKEN: Final = "canary-tok3n.eyJhbGciOiJub25lIn0/+=%'\"\\~"


def spellings(value: str) -> Iterator[str]:
    """Yield the encodings of *value* in a text."""
    raw = value.encode()
    yield from (value, raw.decode("latin-1"), raw.hex(), raw.hex().upper(), raw.hex(" "))
    for written in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield from (written, re.sub("%..", lambda code: code.group().lower(), written))
    for escaped in (json.dumps(value), json.dumps(value, ensure_ascii=False), repr(value)):
        yield from (escaped[1:-1], escaped[1:-1].replace("/", r"\/"))
        yield from (json.dumps(escaped[1:-1])[1:-1], repr(escaped[1:-1])[1:-1])
    yield repr(raw)[2:-1]
    yield from (escape(value), "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in value))
    wide = "\0".join(value)  # UTF-16, of either order
    yield from (wide, repr(wide)[1:-1], repr(wide.encode("latin-1"))[2:-1], json.dumps(wide)[1:-1])
    yield from _base64(raw)


def _base64(raw: bytes) -> Iterator[str]:
    """Yield the Base64 of *raw* at each of its three alignments in a longer text."""
    for before in range(3):
        whole = (before + len(raw)) * 4 // 3  # characters that *raw* alone decides
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(before) + raw).decode()[(0, 2, 3)[before] : whole]


def search(*texts: str | bytes) -> list[str]:
    """Return the spellings of the canaries that are in *texts*, in any mix of cases."""
    everything = "\n".join(t if isinstance(t, str) else t.decode("latin-1") for t in texts).lower()
    words = [word for value in (SECRET, TOKEN) for word in spellings(value)]
    return [word for word in words if word.lower() in everything]
