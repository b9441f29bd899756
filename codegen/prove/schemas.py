"""Schemas of the author's document, read without the generator: what a value may look like."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from codegen.prove.json_values import is_list
from codegen.prove.tags import Tags
from codegen.read.document import node, nodes

if TYPE_CHECKING:
    from codegen.read.document import Node

MAX_FORMS: Final = 32
TAG: Final = "x-tag"
"""Marks the member of a form that the discriminator names."""
_COMPOSED: Final = frozenset({"allOf", "oneOf", "anyOf", "discriminator", "nullable"})


class Schemas:
    """Looks up references, and flattens ``allOf``, ``oneOf`` and ``anyOf``.

    A *form* is a schema without references or composition at its top; a value is valid against a
    schema if it is valid against one of its forms, or null where the schema is nullable.

    Attributes:
        fits: How values fit schemas, by the ids of both; ``fit`` keeps it.
    """

    def __init__(self, document: Node) -> None:
        self._document = document
        self._forms: dict[int, tuple[Node, list[Node]]] = {}
        self._tags = Tags(document, self.resolve)
        self.fits: dict[tuple[int, int], tuple[object, Node, Any]] = {}

    def resolve(self, found: Node) -> Node:
        """Follow ``$ref`` until there is none."""
        while "$ref" in found:
            found = self._target(found["$ref"])
        return found

    def _target(self, reference: str) -> Node:
        target: Any = self._document
        for step in reference.removeprefix("#/").split("/"):
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            target = target[int(key) if key.isdecimal() and is_list(target) else key]
        return cast("Node", target)

    def forms(self, schema: Node) -> list[Node]:
        """Return the forms of *schema*, at most ``MAX_FORMS``."""
        if id(schema) not in self._forms:  # the schema is kept too, so that its id stays its own
            found = self._alone(schema, self._expand(schema, ()))
            self._forms[id(schema)] = (schema, found[:MAX_FORMS])
        return self._forms[id(schema)][1]

    def nullable(self, schema: Node, trail: tuple[int, ...] = ()) -> bool:
        """Return whether null is valid."""
        found = self.resolve(schema)
        if "nullable" in found or id(found) in trail:
            return found.get("nullable") is True
        further = (*trail, id(found))
        if parts := nodes(found, "allOf"):
            return all(self.nullable(part, further) for part in parts)
        choices = nodes(found, "oneOf") + nodes(found, "anyOf")
        return None in found.get("enum", ()) or any(self.nullable(c, further) for c in choices)

    def one_way(self, schema: Node, word: str) -> bool:
        """Return whether *schema* is ``readOnly`` or ``writeOnly``, as *word* says."""
        found = self.resolve(schema)
        parts = (self.resolve(part) for part in nodes(found, "allOf"))
        return found.get(word) is True or any(part.get(word) is True for part in parts)

    def _expand(self, schema: Node, trail: tuple[int, ...], *, derived: bool = True) -> list[Node]:
        found = self.resolve(schema)
        if id(found) in trail:
            return []
        trail = (*trail, id(found))
        discriminator = node(found, "discriminator")
        choices = nodes(found, "oneOf") or nodes(found, "anyOf")
        if discriminator and not choices and derived:
            choices = self._tags.derived(found, discriminator)
            if choices:
                return self._tagged(choices, discriminator, trail, derived=False)
        result = [{key: value for key, value in found.items() if key not in _COMPOSED}]
        for part in nodes(found, "allOf"):
            result = _all(result, self._expand(part, trail, derived=False))
        for key in ("oneOf", "anyOf"):
            if key in found:
                result = _all(result, self._tagged(found[key], discriminator, trail))
        return result

    def _tagged(
        self,
        choices: list[Node],
        discriminator: Node,
        trail: tuple[int, ...],
        *,
        derived: bool = True,
    ) -> list[Node]:
        result: list[Node] = []
        for choice in choices:
            forms = self._expand(choice, trail if derived else (), derived=derived)
            tags = self._tags.of(choice, discriminator)
            if tags:
                result += [_with_tag(form, discriminator["propertyName"], tags) for form in forms]
            else:
                result += self._alone(choice, forms)
        return result

    def _alone(self, schema: Node, forms: list[Node]) -> list[Node]:
        """Return *forms* of *schema* with the tags that discriminators elsewhere give it."""
        for name, tags in self._tags.anywhere(schema) if forms else ():
            forms = [
                form
                if TAG in node(form, "properties").get(name, {})
                else _with_tag(form, name, tags)
                for form in forms
            ]
        return forms


def kind(form: Node) -> str:
    """Return the type of a form; empty if anything is valid."""
    if "type" in form:
        return str(form["type"])
    if "properties" in form or "additionalProperties" in form:
        return "object"
    return "array" if "items" in form else ""


def extra(form: Node) -> Node | None:
    """Return the schema of members that are not declared; None if the document has none."""
    found = form.get("additionalProperties")
    return cast("Node", found) if isinstance(found, dict) and found else None


def is_binary(form: Node) -> bool:
    """Return whether the value is bytes."""
    return form.get("format") == "binary"


def _all(left: list[Node], right: list[Node]) -> list[Node]:
    return [_merged(a, b) for a, b in product(left, right)][:MAX_FORMS]


def _merged(one: Node, other: Node) -> Node:
    merged = one | other
    members = dict(node(one, "properties"))
    for name, member in node(other, "properties").items():
        known = members.get(name)
        members[name] = member if known in (None, member) else _both(known, member)
    if members:
        merged["properties"] = members
    required: list[str] = [*one.get("required", []), *other.get("required", [])]
    if required:
        merged["required"] = list(dict.fromkeys(required))
    if other.get("additionalProperties") is False and "additionalProperties" in one:
        merged["additionalProperties"] = one["additionalProperties"]  # a part that is open
    if "enum" in one and "enum" in other:
        merged["enum"] = [value for value in one["enum"] if value in other["enum"]]
    return merged


def _both(known: Any, member: Node) -> Node:  # noqa: ANN401  # JSON
    if TAG in known or TAG in member:
        return cast("Node", known if TAG in known else member)
    return {"allOf": [known, member]}


def _with_tag(form: Node, name: str, tags: list[str]) -> Node:
    own = node(form, "properties").get(name, {})
    stated = [value for value in own.get("enum", []) if str(value) in tags] or own.get("enum")
    whole = own.get("type") == "integer" and all(tag.lstrip("-").isdecimal() for tag in tags)
    named: list[Any] = [int(tag) for tag in tags] if whole else tags
    member = {"type": "integer" if whole else "string", "enum": stated or named, TAG: True}
    return {**form, "properties": {**node(form, "properties"), name: member}}
