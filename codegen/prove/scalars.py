"""Texts and numbers that a schema allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from codegen.examples.numbers import number
from codegen.examples.strings import FORMATS, string

if TYPE_CHECKING:
    from codegen.read.document import Node

_TEXTS: Final = (
    "text",
    "",
    "a b&c+d/e%2F?g=h#i\"j'k\\",
    "ünïcødé 漢字 🎉",
    "line\nbreak\ttab",
    "Words2",
)
_EDGES: Final[dict[str, tuple[str, ...]]] = {
    "date": ("2026-01-31", "2024-02-29"),
    "date-time": (
        "2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00.123456+05:30",
        "1999-12-31T23:59:59-08:00",
    ),
    "uuid": ("8d2f1a3e-1234-4c1b-9999-abcdefabcdef", "00000000-0000-0000-0000-000000000001"),
    "binary": ("bytes", "\x00\x7f\r\n--"),
}
_INTEGERS: Final = (1, 0, -1, 2**53 + 1)
_NUMBERS: Final = (1.5, 0, -0.25, 1e21)


class NoSampleError(ValueError):
    """No value could be made: only a validator could tell which is valid."""


def strings(form: Node) -> list[str]:
    """Return texts that are valid, ordinary and odd ones.

    Raises:
        NoSampleError: None was found.
    """
    name = str(form.get("format"))
    if name in _EDGES:
        return list(_EDGES[name])
    candidates = [FORMATS[name]] if name in FORMATS else list(_TEXTS)
    fitting = [text for text in candidates if _fits(form, text)]
    if not fitting and name not in FORMATS and (made := string({**form, "format": None})):
        return [made]
    if not fitting:
        raise NoSampleError
    return fitting


def _fits(form: Node, text: str) -> bool:
    try:
        matches = re.search(form.get("pattern", ""), text)
    except re.error:  # of ECMA 262, and not a regular expression of Python
        return False
    return bool(matches) and form.get("minLength", 0) <= len(text) <= form.get("maxLength", 1e9)


def numbers(form: Node) -> list[float]:
    """Return numbers that are valid, ordinary and odd ones.

    Raises:
        NoSampleError: None was found.
    """
    candidates = _INTEGERS if form["type"] == "integer" else _NUMBERS
    fitting = [found for found in candidates if _in_range(form, found)]
    if not fitting and (made := number(form)) is not None:
        return [made]
    if not fitting:
        raise NoSampleError
    return fitting


def _in_range(form: Node, value: float) -> bool:
    least, most = form.get("minimum"), form.get("maximum")
    if least is not None and (value < least or (form.get("exclusiveMinimum") and value == least)):
        return False
    if most is not None and (value > most or (form.get("exclusiveMaximum") and value == most)):
        return False
    if form.get("format") == "int32" and abs(value) >= 2**31:
        return False
    return not form.get("multipleOf") or value % form["multipleOf"] == 0
