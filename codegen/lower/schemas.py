"""The schemas of one direction, flattened: scalars, lists, unions, and classes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve
from openapi_python_client.strings import ClassName

from codegen.lower.alternatives import (
    DESCRIBING,
    FALLBACK,
    Flat,
    Place,
    has_variants,
    is_nullable,
    one_list,
    own_keywords,
    product,
    union,
    with_default,
)
from codegen.lower.discriminators import component
from codegen.lower.enums import VALUES, listed_in
from codegen.lower.hoisting import Hoisting
from codegen.lower.merging import ConflictError
from codegen.lower.one_way import is_one_way
from codegen.lower.tagging import Tagging
from codegen.naming.member_names import member_names
from codegen.naming.names import PREFIX
from codegen.read.document import nodes, picked

if TYPE_CHECKING:
    from codegen.lower.discriminators import Discriminators
    from codegen.naming.member_names import Name
    from codegen.read.document import Node


class SchemaLowering:
    """Flattens schemas for requests or for responses.

    Attributes:
        classes: The schemas that become classes, by name.
        uses: The schemas that were asked for.
        members: The names of members that upstream would not give, by class and stand-in.
        complaints: The schemas that have no value.
        where: The operation whose schemas are lowered.
    """

    def __init__(
        self,
        components: dict[str, Node],
        discriminators: Discriminators,
        reserved: frozenset[str],
        *,
        dropped: str,
        opens: bool = False,
        binary: bool = False,
    ) -> None:
        self._components = components
        self._discriminators = discriminators
        self._dropped = dropped
        self._opens = opens
        self._binary = binary
        self._hoisting = Hoisting(components, reserved)
        self._tagging = Tagging(discriminators, self._hoisting, self._kinds)
        self._flats: dict[str, Flat] = {}
        self._busy: set[str] = set()
        self._known: dict[int, tuple[Node, Node]] = {}
        self.classes = self._hoisting.classes
        self.uses: list[Node] = []
        self.members: dict[tuple[str, str], Name] = {}
        self.complaints: list[str] = []
        self.where = ""

    def use(self, schema: Node, parent: str, name: str) -> Node:
        """Return *schema* for upstream; its classes are named by *parent* and *name*."""
        found = self._lowered(schema, Place(parent, name))
        self.uses.append(found)
        self._finish()
        return found

    def rest(self) -> None:
        """Make classes of the components that nothing uses, too."""
        self.where = ""
        for name in self._components:
            self._component(name)
        self._finish()

    def rename_members(self, names: dict[str, str]) -> None:
        """Name the members by the new names of their classes, as upstream spells these."""
        self.members = {
            (str(ClassName(names[class_name], PREFIX)), stand_in): name
            for (class_name, stand_in), name in self.members.items()
        }

    def _finish(self) -> None:
        self._hoisting.finish(self._class)

    def _class(self, name: str, found: Node, origin: str) -> Node:
        if "enum" in found:
            return found
        tags = self._discriminators.tags.get(origin, {})
        stated = {
            key: s
            for key, s in found["properties"].items()
            if not is_one_way(s, self._dropped, self._components)
        }
        stated = self._tagging.members(stated, tags)
        lowered = {key: self._lowered(s, Place(name, key)) for key, s in stated.items()}
        names = member_names(
            {key: s.get("x-python-name") for key, s in stated.items()}, lowered, name
        )
        self.members |= {(name, stand_in): each for stand_in, each in names.items()}
        keys = {each.wire: stand_in for stand_in, each in names.items()}
        made = {**found, "properties": {keys.get(key, key): s for key, s in lowered.items()}}
        made["required"] = [keys.get(key, key) for key in found["required"] if key in stated]
        if values := {key: listed for key, s in lowered.items() if (listed := listed_in(s))}:
            made[VALUES] = values
        if self._discriminators.subtypes.get(origin):
            made[FALLBACK] = self._components[origin]["discriminator"]["propertyName"]
        further: Any = found.get("additionalProperties")
        if further not in (None, True, False):
            made["additionalProperties"] = self._lowered(further, Place(name, "AdditionalProperty"))
        elif further is None and {*found["required"]} - found["properties"].keys() - tags.keys():
            made["additionalProperties"] = True  # a member that is required, and not described
        return made

    def _kinds(self, schema: Node) -> set[Any]:
        flat = self._flat(schema, Place("", ""))
        return {alternative.get("type") for alternative, _ in flat.alternatives}

    def _lowered(self, schema: Node, place: Place) -> Node:
        if id(schema) in self._known:
            return self._known[id(schema)][1]
        flat = self._flat(schema, place)
        found = one_list(
            [self._hoisting.hoisted(*alternative) for alternative in flat.alternatives]
        )
        if flat.null:
            found.append({"type": "null"})
        made = found[0] if len(found) == 1 else {"oneOf": found}
        if "$ref" not in made:
            described = picked(schema, *DESCRIBING)
            made = with_default({**made, **described}, schema)
        self._known[id(schema)] = schema, made
        return made

    def _flat(self, schema: Node, place: Place, *, part: bool = False) -> Flat:
        """Return the alternatives of *schema*; as a *part* of allOf, a base is its members only."""
        if "$ref" in schema:
            name = component(schema["$ref"])
            return self._component(name) if part else self._usage(name)
        parts = [self._flat(each, place, part=True) for each in nodes(schema, "allOf")]
        items = self._lowered(schema["items"], place.part("item")) if "items" in schema else {}
        if own := own_keywords(
            schema, place, items=items, part=part or bool(parts), binary=self._binary
        ):
            parts.append(own)
        unions = [key for key in ("oneOf", "anyOf") if has_variants(schema, key)]
        made = [union(schema, key, place, self._flat, opens=self._opens) for key in unions]
        parts += made if not parts else [self._tagging.union(each, schema, place) for each in made]
        null = is_nullable(schema, parts)
        if not parts:
            return Flat([(picked(schema, *DESCRIBING), place)], null)
        try:
            return evolve(product(parts, place, self._hoisting.opened), null=null)
        except ConflictError as error:
            where = f"{self.where}: " if self.where else ""
            self.complaints.append(f"{where}schema {place.class_name}: allOf has no value: {error}")
            return Flat([({}, place)])

    def _usage(self, name: str) -> Flat:
        """Return what a reference to the component *name* stands for."""
        derived = self._discriminators.subtypes.get(name)
        if not derived:
            return self._component(name)
        flats = [*map(self._component, derived), self._component(name)]
        return Flat(
            [each for flat in flats for each in flat.alternatives], self._component(name).null
        )

    def _component(self, name: str) -> Flat:
        if name in self._busy:  # a list of itself: its items may be anything
            return Flat([({}, Place("", name))])
        if name not in self._flats:
            self._busy.add(name)
            schema = {k: v for k, v in self._components[name].items() if k != "title"}
            flat = self._flat(schema, Place("", name))
            self._busy.remove(name)
            found = self._tagging.alias(name, flat.alternatives)
            only = len(found) == 1 and "$ref" not in found[0][0]
            self._flats[name] = Flat(
                [
                    (self._hoisting.hoisted(each, place, name if only else ""), place)
                    for each, place in found
                ],
                flat.null,
            )
        return self._flats[name]
