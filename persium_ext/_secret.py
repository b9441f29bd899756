"""A string that does not show itself."""

from __future__ import annotations

from hmac import compare_digest
from typing import NoReturn, final

REDACTED = "[redacted]"


@final
class Secret:
    """A secret value: masked in ``repr`` and ``str``, refused by ``pickle``.

    Only ``reveal()`` gives it away, and that word is easy to search for.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def redact(self, text: str) -> str:
        """Return *text* with every occurrence of the value masked."""
        return text.replace(self._value, REDACTED)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled: it must not reach a file or another process")
