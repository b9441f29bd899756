"""A parameter of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from codegen.document import Node


@frozen
class Parameter:
    """A parameter of upstream's parser, its place, and what the document says of it."""

    prop: PropertyProtocol
    place: str
    stated: Node

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return str(self.stated["name"])

    @property
    def argument(self) -> str:
        """Its name in Python."""
        return str(self.prop.python_name)

    @property
    def style(self) -> str:
        """How its value is written (OpenAPI 3.0, "Style Values")."""
        return str(self.stated.get("style", "form" if self.place == "query" else "simple"))

    @property
    def explode(self) -> bool:
        """Whether each item of its value stands alone."""
        return bool(self.stated.get("explode", self.style == "form"))

    @property
    def allow_reserved(self) -> bool:
        """Whether reserved characters are not percent-encoded; this is for queries only."""
        return self.place == "query" and bool(self.stated.get("allowReserved"))
