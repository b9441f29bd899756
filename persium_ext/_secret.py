"""A string that does not show itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hmac import compare_digest
from typing import Final, NoReturn, Self, final
from urllib.parse import quote, quote_plus

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
REDACTED = "[redacted]"


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

        Those are: as it is, as encoded in a form or a URL, and as escaped in JSON or Python.
        """
        for spelling in sorted(set(_spellings(self._value)), key=len, reverse=True):
            text = text.replace(spelling, REDACTED)
        return text

    @property
    def is_text(self) -> bool:
        """Whether UTF-8 can encode it; an environment variable may hold any bytes."""
        return not _SURROGATE.search(self._value)

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
