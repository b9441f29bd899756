"""Compare a URL-encoded form with what the document says of its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from codegen.prove import styles
from codegen.prove.json_difference import is_json_of
from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.media import is_json
from codegen.prove.read import wrong

if TYPE_CHECKING:
    from codegen.read.document import Node

_STYLED: Final = {"style", "explode", "allowReserved"}


def difference(want: dict[str, Any], encoding: Node, content: str) -> str | None:
    """Return how the form *content* is not *want*; None: it is."""
    left = parse_qsl(content, keep_blank_values=True)
    for name, value in want.items():
        stated = encoding.get(name, {})
        ways = _ways(name, value, stated)
        names = {pair[0] for way in ways for pair in way} - want.keys() | {name}
        own = [(key, _as_json(value, text)) for key, text in left if key in names]
        if not any(styles.same_pairs(way, own) for way in ways):
            return wrong(f"/{pointer(name)}", repr(ways[0]), own)
        if stated.get("allowReserved") and (encoded := styles.encoded(content, names)):
            return wrong(f"/{pointer(name)}", f"{unquote(encoded)} as it is", encoded)
        left = [pair for pair in left if pair[0] not in names]
    return wrong("", "nothing else", left) if left else None


def _ways(name: str, value: Any, stated: Node) -> list[styles.Pairs]:  # noqa: ANN401  # JSON
    """Return the pairs that are right; where nothing is stated, an object has several ways."""
    if _STYLED & stated.keys():
        style, explode = styles.style_of({"in": "query", **stated})
        return styles.query(name, value, style, explode=explode)
    if is_json(stated.get("contentType", "")):
        return styles.query(name, value, "json", explode=False)
    ways = styles.query(name, value, "form", explode=True)
    if is_object(value):
        ways += styles.query(name, value, "deepObject", explode=True)
        ways += styles.query(name, value, "json", explode=False)
    return ways


def _as_json(value: Any, text: str) -> str:  # noqa: ANN401  # JSON
    """Return *text* in the notation of the proof, if it is the JSON of *value* or of an item."""
    parts = [part for part in (value, *(value if is_list(value) else ())) if _has_parts(part)]
    found = (styles.json_text(part) for part in parts if is_json_of(part, text))
    return next(found, text)


def _has_parts(value: object) -> bool:
    return is_object(value) or is_list(value)
