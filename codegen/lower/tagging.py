"""The variants of a union get members for the tags that lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from codegen.lower.discriminators import tag_member
from codegen.read.document import node

if TYPE_CHECKING:
    from collections.abc import Callable

    from codegen.lower.alternatives import Alternative, Flat, Place
    from codegen.lower.discriminators import Discriminators
    from codegen.lower.hoisting import Hoisting
    from codegen.read.document import Node


@frozen
class Tagging:
    """Adds tags to members; *kinds* returns the types that a schema has in JSON."""

    discriminators: Discriminators
    hoisting: Hoisting
    kinds: Callable[[Node], set[Any]]

    def members(self, stated: Node, tags: dict[str, list[str]]) -> Node:
        """Return the members *stated*, and those of *tags*."""
        own = {key: stated.get(key, {}) for key in tags}
        return stated | {key: tag_member(s, self.kinds(s), tags[key]) for key, s in own.items()}

    def union(self, flat: Flat, schema: Node, place: Place) -> Flat:
        """Return the variants of a union with their tags, which what is beside it may describe."""
        member: str = node(schema, "discriminator").get("propertyName", "")
        found: list[Alternative] = []
        for each, where in flat.alternatives:
            members, origin = self.hoisting.described(each)
            if tags := self.discriminators.tags.get(origin, {}).get(member):
                found.append((self._tagged(members, {member: tags}), place.part(where.name)))
            else:
                found.append((each, where))
        return evolve(flat, alternatives=found)

    def alias(self, name: str, found: list[Alternative]) -> list[Alternative]:
        """Return the members of an alias whose tag differs from that of what it stands for.

        One of several variants has the tags of the alias beside those of its own.
        """
        known = self.discriminators.tags
        if name not in known:
            return found
        made: list[Alternative] = []
        for each, place in found:
            members, origin = self.hoisting.described(each)
            if len(found) > 1 and members.get("type") == "object":
                members = self._tagged(members, {**known.get(origin, {}), **known[name]})
            made.append((members, place))
        return made

    def _tagged(self, members: Node, tags: dict[str, list[str]]) -> Node:
        return {**members, "properties": self.members(members["properties"], tags)}
