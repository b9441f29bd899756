"""How values of parameters, and of members of forms, are written (OpenAPI 3.0, "Style Values")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from codegen.read import media
from codegen.read.document import picked

if TYPE_CHECKING:
    from codegen.read.document import Node


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


def styled(encoding: Node) -> Node:
    """Return what *encoding* says of the style of a member of a form; empty: nothing."""
    stated = picked(encoding, "style", "explode", "allowReserved")
    if stated or media.kind(media.concrete(encoding) or media.TEXT) != media.JSON:
        return stated
    return {"style": "json"}
