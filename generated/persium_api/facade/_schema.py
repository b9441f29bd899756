"""What the document says of values, parameters and bodies, as data: no code reads or writes here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

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


class Scalar(NamedTuple):
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


class Choice(NamedTuple):
    """A value of an enum; an unknown one is kept (see ``amendments``)."""

    enum: type[Enum]


class Array(NamedTuple):
    """A list."""

    items: Schema


class OneOf(NamedTuple):
    """A value of one of several schemas."""

    variants: tuple[Schema, ...]


class Member(NamedTuple):
    """A member of an object: its name in JSON, and the attribute of the model.

    *values*: those of an enum that is no class; others are read, too.
    """

    name: str
    attribute: str
    schema: Schema
    required: bool
    values: tuple[object, ...] = ()


class Model(NamedTuple):
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


class Parameter(NamedTuple):
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


_NO_PARTS: Final[Mapping[str, str]] = MappingProxyType({})


class Body(NamedTuple):
    """The body of a request.

    Attributes:
        parts: The media types that parts of a multipart form may have, with commas.
        fields: The members of a URL-encoded form that are written like parameters of a query.
    """

    media_type: str
    schema: Schema
    parts: Mapping[str, str] = _NO_PARTS
    fields: tuple[Parameter, ...] = ()


class Content(NamedTuple):
    """The body of a response; *media_type* is empty where the document has none."""

    media_type: str
    schema: Schema


class Paging(NamedTuple):
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
