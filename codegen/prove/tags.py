"""The tags that discriminators of the author's document give to schemas."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from attrs import frozen

from codegen.read.document import node, nodes
from codegen.read.places import mappings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codegen.read.document import Node

_OWN: Final = frozenset({"additionalProperties", "anyOf", "oneOf", "properties", "required"})


@frozen(slots=False)
class Tags:
    """Finds the variants of discriminators and their tags; *resolve* follows references."""

    document: Node
    resolve: Callable[[Node], Node]

    def of(self, choice: Node, discriminator: Node) -> list[str]:
        """Return the tags that lead to *choice*, a variant; none: it has no name."""
        if not discriminator or "$ref" not in choice:
            return []
        own = choice["$ref"].rpartition("/")[2]
        mapping = node(discriminator, "mapping")
        names = [n for n, target in mapping.items() if str(target).rpartition("/")[2] == own]
        return names or [own]

    def derived(self, base: Node, discriminator: Node) -> list[Node]:
        """Return the schemas that allOf derives from *base*, or that its discriminator maps to."""
        schemas = node(node(self.document, "components"), "schemas")
        mapped = {str(t).rpartition("/")[2] for t in node(discriminator, "mapping").values()}
        return [
            {"$ref": f"#/components/schemas/{name}"}
            for name, schema in schemas.items()
            if self.resolve(schema) is not base
            and (name in mapped or any(self.resolve(p) is base for p in nodes(schema, "allOf")))
        ]

    def anywhere(self, schema: Node) -> Iterable[tuple[str, list[str]]]:
        """Return member and tags of *schema*, which is a variant elsewhere."""
        found = self.resolve(schema)
        while len(nodes(found, "allOf")) == 1 and not found.keys() & _OWN:
            found = self.resolve(nodes(found, "allOf")[0])
        return self._known.get(id(found), {}).items()

    @cached_property
    def _known(self) -> dict[int, dict[str, list[str]]]:
        known: dict[int, dict[str, list[str]]] = {}
        for _, found in mappings(self.document):
            discriminator = node(found, "discriminator")
            choices = nodes(found, "oneOf") + nodes(found, "anyOf")
            if discriminator and not choices:
                choices = self.derived(found, discriminator)
            for choice in choices if discriminator else ():
                own = known.setdefault(id(self.resolve(choice)), {})
                tags = own.setdefault(discriminator["propertyName"], [])
                tags += [tag for tag in self.of(choice, discriminator) if tag not in tags]
        return known
