"""A string that does not show itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hmac import compare_digest
from typing import Final, NoReturn, Self, final
from urllib.parse import quote, quote_plus

REDACTED: Final = "[redacted]"
_MOST: Final = 1_000
"""Occurrences in a text that are masked one by one."""
_SHORT: Final = 3
"""Characters of a value that ordinary words have in them: a mask there would reveal it."""
_WINDOW: Final = 65_536
"""Characters of a text that are read without escapes at a time."""
_LONGEST_ESCAPE: Final = 24
_ESCAPE: Final = (
    r"(?i)%(?P<percent>[0-9a-f]{2})"
    r"|\\\\*(?:u(?P<json>[0-9a-f]{4})|x(?P<python>[0-9a-f]{2}))"
    r"|&#(?:x(?P<hexadecimal>[0-9a-f]{1,8})|(?P<decimal>[0-9]{1,8}));?"
    r"|&(?P<name>amp|lt|gt|quot|apos);?"
    r"|\\\\*"
)
_NAMES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


@final
class Secret:
    """A secret value: masked in ``repr`` and ``str``, refused by ``pickle``.

    Only ``reveal()`` returns it, and that name is easy to search for.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def redact(self, text: str) -> str:
        """Return *text* with every occurrence of the value masked, in any of its spellings.

        Those are: as it is, as encoded in a form or a URL, and as escaped in JSON or Python. A text
        that has another spelling of it, or has it very often, is masked as a whole. So is one in
        which a value of at most three characters stands alone; as a part of a word, it stays.
        """
        if len(self._value) <= _SHORT:
            return REDACTED if _stands_alone(self._value, text) else text
        for spelling in sorted(set(_spellings(self._value)), key=len, reverse=True):
            if text.count(spelling) > _MOST:
                return REDACTED
            text = text.replace(spelling, REDACTED)
        return REDACTED if _has_escaped(text, self._value) else text

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret is not a dictionary key

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled: it must not reach a file or another process")


def _spellings(value: str) -> Iterator[str]:
    """Yield *value* as a request carries it, and as error texts quote it."""
    yield value
    for written in (quote_plus(value, safe=""), quote(value, safe=""), quote(value)):
        yield from (written, re.sub("%..", lambda code: code.group().lower(), written))
    for ascii_only in (True, False):
        escaped = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield from (escaped, escaped.replace("/", "\\/"))
    raw = value.encode()
    for escaped in (repr(value), repr(raw)[1:]):
        yield from (escaped[1:-1], escaped[1:-1].replace("'", "\\'"))


def _stands_alone(value: str, text: str) -> bool:
    """Return whether *text* has *value* between no letters and digits, however it is escaped."""
    plain = _unescaped(value)
    spelled = any(_alone(each, text) for each in set(_spellings(value)) if each)
    return spelled or (
        bool(plain) and any(_alone(plain, window) for window in _windows_unescaped(text, value))
    )


def _alone(value: str, text: str) -> bool:
    r"""Return whether *value* is a word of *text*; the letter of an escape (``\n``) ends none."""
    before = r"(?:(?<![^\W_])|(?<=\\[a-z]))" if value[0].isalnum() else ""
    after = r"(?![^\W_])" if value[-1].isalnum() else ""
    return re.search(before + re.escape(value) + after, text) is not None


def _has_escaped(text: str, value: str) -> bool:
    """Return whether *text* has *value* with escapes, of any kind and mixed."""
    plain = _unescaped(value)
    return bool(plain) and any(plain in window for window in _windows_unescaped(text, value))


def _windows_unescaped(text: str, value: str) -> Iterator[str]:
    """Yield *text* without escapes, in windows that overlap by a *value*; none if it has none."""
    if not any(mark in text for mark in "%\\&+"):
        return
    overlap = _LONGEST_ESCAPE * len(value)
    step = max(_WINDOW, overlap)
    for start in range(0, len(text), step):
        yield _unescaped(text[start : start + step + overlap])


def _unescaped(text: str) -> str:
    """Return the ASCII of *text* without escapes, also those of escapes, and backslashes."""
    for _ in range(2):
        text = re.sub(_ESCAPE, _character, text)
    return text.replace("+", " ").replace("\\", "").encode("ascii", "ignore").decode()


def _character(escape: re.Match[str]) -> str:
    """Return what an escape stands for; nothing for a backslash, and for what is not ASCII."""
    kind, written = escape.lastgroup, escape[escape.lastgroup or 0]
    if kind == "name":
        return _NAMES[written.lower()]
    code = int(written, 10 if kind == "decimal" else 16) if kind else 128
    return chr(code) if code < 128 else ""
