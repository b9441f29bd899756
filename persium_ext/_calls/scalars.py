"""Read strings, numbers and the like of JSON as values of their types; no I/O."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from persium_api.types import File


class Doubts:
    """How badly a value fits its schema, although it fits; *deeper*: undeclared in its parts."""

    __slots__ = ("deeper", "general", "undeclared", "unknown")

    def __init__(self) -> None:
        self.unknown = self.undeclared = self.deeper = self.general = 0

    def add(self, other: Doubts) -> None:
        """Add those of a part."""
        self.unknown += other.unknown
        self.undeclared += other.undeclared
        self.deeper += other.deeper
        self.general += other.general

    @property
    def rank(self) -> tuple[int, ...]:
        """The order in which variants are preferred."""
        return self.unknown, self.undeclared, self.deeper, self.general


class MismatchError(ValueError):
    """A value is not what its schema says; the text has its place and never the value."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = ""

    def within(self, step: str) -> MismatchError:
        """Return the error of the value that has this one's at *step*: ``.name`` or ``[0]``."""
        self.place = step + self.place
        return self

    def __str__(self) -> str:
        return f"{self.place.removeprefix('.') or 'the body'} {self.problem}"


Reader = Callable[[Any, Doubts], object]
KINDS: Final[dict[type, str]] = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def kind_of(value: object) -> str:
    """Return what *value* is in JSON: ``a string``."""
    return KINDS.get(type(value), type(value).__name__)


def wrong(value: object, expected: str) -> MismatchError:
    """Return the error of a *value* of another kind than *expected*."""
    return MismatchError(f"is {kind_of(value)}, not {expected}")


def _any(value: object, doubts: Doubts) -> object:
    doubts.general += 2
    return value


def _text(value: object, doubts: Doubts) -> object:
    if type(value) is not str:
        raise wrong(value, "a string")
    doubts.general += 1
    return value


def _of_kind(expected: str, *types: type) -> Reader:
    def read_scalar(value: object, _: Doubts) -> object:
        if type(value) not in types:
            raise wrong(value, expected)
        return value

    return read_scalar


def _integer(value: object, _: Doubts) -> object:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():  # the same number in JSON Schema
        return int(value)
    if type(value) is float:
        raise MismatchError("is a fraction, not a whole number")
    raise wrong(value, "a whole number")


def _parsed(name: str, parse: Callable[[str], object]) -> Reader:
    def read_text(value: object, _: Doubts) -> object:
        if type(value) is not str:
            raise wrong(value, "a string")
        try:
            return parse(value)
        except ValueError:
            raise MismatchError(f"is not a valid {name}") from None

    return read_text


def _to_date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _date_time(value: object, doubts: Doubts) -> object:
    if type(value) is str and len(value) == 10 and _DATE.fullmatch(value):
        doubts.general += 2  # a date or a text rather, where they are possible
    return _to_time(value, doubts)


_to_time: Final = _parsed("date-time", lambda text: datetime.fromisoformat(text.upper()))


def _file(value: object, _: Doubts) -> object:
    if not isinstance(value, bytes):
        raise wrong(value, "bytes")
    return File(payload=io.BytesIO(value))


SCALARS: Final[dict[str, Reader]] = {
    "any": _any,
    "binary": _file,
    "boolean": _of_kind("a boolean", bool),
    "date": _parsed("date", _to_date),
    "date-time": _date_time,
    "integer": _integer,
    "null": _of_kind("null", type(None)),
    "number": _of_kind("a number", int, float),
    "string": _text,
    "uuid": _parsed("UUID", UUID),
}

PLAIN: Final[dict[str, tuple[type, int]]] = {
    "boolean": (bool, 0),
    "integer": (int, 0),
    "number": (float, 0),
    "string": (str, 1),
}
"""Scalars whose readers return values of a type as they are, and how general such a value is."""


def choice(enum: type[Enum]) -> Reader:
    """Return the reader of an enum, which keeps unknown values."""
    number = issubclass(enum, int)

    def read_choice(value: object, doubts: Doubts) -> object:
        if number:
            value = _integer(value, doubts)
        elif type(value) is not str:
            raise wrong(value, "a string")
        member = enum._value2member_map_.get(value)
        if member is None:
            doubts.unknown += 1
            return enum(value)
        return member

    return read_choice


def listed(read_value: Reader, values: tuple[object, ...]) -> Reader:
    """Return the reader of an enum that is no class: *read_value*, for which others are unknown."""

    def read_listed(value: object, doubts: Doubts) -> object:
        doubts.unknown += value not in values
        return read_value(value, doubts)

    return read_listed
