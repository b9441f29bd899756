"""Members that exist in one direction only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.lower.discriminators import component

if TYPE_CHECKING:
    from codegen.read.document import Node


def is_one_way(schema: Node, word: str, components: dict[str, Node]) -> bool:
    """Return whether *schema*, or what it refers to, is ``readOnly`` or ``writeOnly`` (*word*)."""
    while not schema.get(word):
        if "$ref" not in schema:
            return False
        schema = components[component(schema["$ref"])]
    return True
