"""Parameters of an operation, and members of a form that are written like parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from codegen import media
from codegen.document import picked

if TYPE_CHECKING:
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from codegen.document import Node


@frozen
class Styled:
    """How the document says that a value is written (OpenAPI 3.0, "Style Values")."""

    place: str
    stated: Node

    @property
    def style(self) -> str:
        """How its value is written; ``json``, for which OpenAPI has no name, is JSON."""
        return str(self.stated.get("style", "form" if self.place == "query" else "simple"))

    @property
    def explode(self) -> bool:
        """Whether each item of its value stands alone."""
        return bool(self.stated.get("explode", self.style == "form"))

    @property
    def allow_reserved(self) -> bool:
        """Whether reserved characters are not percent-encoded; this is for queries only."""
        return self.place == "query" and bool(self.stated.get("allowReserved"))


@frozen
class Parameter(Styled):
    """A parameter of upstream's parser, its place, and what the document says of it."""

    prop: PropertyProtocol

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return str(self.stated["name"])

    @property
    def argument(self) -> str:
        """Its name in Python."""
        return str(self.prop.python_name)


@frozen
class Field(Styled):
    """A member of a URL-encoded form, which is written like a parameter of a query."""

    name: str

    @property
    def argument(self) -> str:
        """Its name in texts of errors."""
        return f"body.{self.name}"


def fields(encoding: Node) -> list[Field]:
    """Return the members of a form that *encoding* describes; others are texts, or JSON.

    A media type counts where no style is stated.
    """
    found = [Field("query", styled(each), name) for name, each in encoding.items()]
    return [each for each in found if each.stated]


def styled(encoding: Node) -> Node:
    """Return what *encoding* says of the style of a member of a form; empty: nothing."""
    stated = picked(encoding, "style", "explode", "allowReserved")
    if stated or media.kind(media.concrete(encoding) or media.TEXT) != media.JSON:
        return stated
    return {"style": "json"}
