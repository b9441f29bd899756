"""What the document says of values, parameters and bodies, as data: no code reads or writes here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal

__all__ = [
    "ANY",
    "BINARY",
    "BOOLEAN",
    "DATE",
    "DATE_TIME",
    "INTEGER",
    "NULL",
    "NUMBER",
    "TEXT",
    "UUID",
    "Array",
    "Body",
    "Choice",
    "Content",
    "Member",
    "Model",
    "OneOf",
    "Paging",
    "Parameter",
    "Scalar",
    "Schema",
]


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A value without parts; its name is the type in JSON, or the format of a string."""

    name: str


ANY: Final = Scalar("any")
BINARY: Final = Scalar("binary")
BOOLEAN: Final = Scalar("boolean")
DATE: Final = Scalar("date")
DATE_TIME: Final = Scalar("date-time")
INTEGER: Final = Scalar("integer")
NULL: Final = Scalar("null")
NUMBER: Final = Scalar("number")
TEXT: Final = Scalar("string")
UUID: Final = Scalar("uuid")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A value of an enum; an unknown one is kept (see ``amendments``)."""

    enum: type[Enum]


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """A list."""

    items: Schema


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """A value of one of several schemas."""

    variants: tuple[Schema, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A member of an object: its name in JSON, and the attribute of the model.

    *values*: those of an enum that is no class; others are read, too.
    """

    name: str
    attribute: str
    schema: Schema
    required: bool
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """An object.

    Attributes:
        model: Its class.
        contents: Returns its members, and the schema of further ones (None: they are not kept);
            a function, because models refer to each other.
        extensible: Whether the document speaks of further members: a dict may have them then.
        fallback: The member whose unknown values the model stands for in a union; empty: none.
    """

    model: type
    contents: Callable[[], tuple[tuple[Member, ...], Schema | None]]
    extensible: bool = False
    fallback: str = ""


Schema = Scalar | Choice | Array | OneOf | Model


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Parameter:
    """A parameter: its name on the wire, its argument in Python, and how its value is written.

    *allow_reserved*: characters with a meaning in URLs, but none in a query, are written as they
    are.
    """

    name: str
    argument: str
    place: Literal["path", "query", "header"]
    schema: Schema
    style: str
    explode: bool
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The body of a request.

    Attributes:
        parts: The media types that parts of a multipart form may have, with commas.
        fields: The members of a URL-encoded form that are written like parameters of a query.
    """

    media_type: str
    schema: Schema
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """The body of a response; *media_type* is empty where the document has none."""

    media_type: str
    schema: Schema


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Paging:
    """How the pages of a list follow one another.

    Attributes:
        kind: What the next page is asked for by; ``link`` is ``Link: <...>; rel="next"``.
        argument: The argument that has the cursor, the offset or the number of the page.
        following: The attribute of a page that has the next cursor.
        first: The offset or number of the first page.
        items: The attribute of a page that has its items; empty: the page is the list.
    """

    kind: Literal["cursor", "link", "offset", "page"]
    argument: str
    following: str
    first: int
    items: str
