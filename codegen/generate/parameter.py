"""Parameters of an operation, and members of a form that are written like parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from codegen.read.styles import Styled, styled

if TYPE_CHECKING:
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from codegen.read.document import Node


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
