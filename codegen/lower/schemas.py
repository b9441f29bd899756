"""The schemas of one direction, flattened: scalars, lists, unions, and classes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve
from openapi_python_client.strings import ClassName

from codegen.document import nodes, picked
from codegen.lower.alternatives import (
    DESCRIBING,
    FALLBACK,
    Flat,
    Place,
    has_variants,
    one_list,
    open_variant,
    own_keywords,
    product,
    with_default,
)
from codegen.lower.class_names import ClassNames
from codegen.lower.discriminators import component
from codegen.lower.merging import ConflictError
from codegen.member_names import member_names
from codegen.names import PREFIX

if TYPE_CHECKING:
    from codegen.document import Node
    from codegen.lower.alternatives import Alternative
    from codegen.lower.discriminators import Discriminators
    from codegen.member_names import Name

_PREFIX: Final = "#/components/schemas/"


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
        self._names = ClassNames(components, reserved)
        self._flats: dict[str, Flat] = {}
        self._busy: set[str] = set()
        self._objects: dict[str, tuple[Node, str]] = {}
        self._known: dict[int, tuple[Node, Node]] = {}
        self._queue: list[str] = []
        self.classes: dict[str, Node] = {}
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
        while self._queue:
            name = self._queue.pop(0)
            self.classes[name] = self._class(name, *self._objects[name])

    def _class(self, name: str, found: Node, origin: str) -> Node:
        if "enum" in found:
            return found
        tags = self._discriminators.tags.get(origin, {})
        stated = {key: s for key, s in found["properties"].items() if not self._is_dropped(s)}
        stated |= {key: self._tag(stated.get(key, {}), tags[key]) for key in tags}
        lowered = {key: self._lowered(s, Place(name, key)) for key, s in stated.items()}
        names = member_names(
            {key: s.get("x-python-name") for key, s in stated.items()}, lowered, name
        )
        self.members |= {(name, stand_in): each for stand_in, each in names.items()}
        keys = {each.wire: stand_in for stand_in, each in names.items()}
        made = {**found, "properties": {keys.get(key, key): s for key, s in lowered.items()}}
        made["required"] = [keys.get(key, key) for key in found["required"] if key in stated]
        if self._discriminators.subtypes.get(origin):
            made[FALLBACK] = self._components[origin]["discriminator"]["propertyName"]
        further: Any = found.get("additionalProperties")
        if further not in (None, True, False):
            made["additionalProperties"] = self._lowered(further, Place(name, "AdditionalProperty"))
        elif further is None and {*found["required"]} - found["properties"].keys() - tags.keys():
            made["additionalProperties"] = True  # a member that is required, and not described
        return made

    def _is_dropped(self, schema: Node) -> bool:
        while not schema.get(self._dropped):
            if "$ref" not in schema:
                return False
            schema = self._components[component(schema["$ref"])]
        return True

    def _tag(self, schema: Node, tags: list[str]) -> Node:
        flat = self._flat(schema, Place("", ""))
        kinds = {alternative.get("type") for alternative, _ in flat.alternatives}
        kept = picked(schema, "description", "x-python-name")
        if "integer" in kinds and all(tag.lstrip("-").isdecimal() for tag in tags):
            return {**kept, "type": "integer", "enum": [int(tag) for tag in tags]}
        return {**kept, "type": "string", "enum": tags}

    def _lowered(self, schema: Node, place: Place) -> Node:
        if id(schema) in self._known:
            return self._known[id(schema)][1]
        flat = self._flat(schema, place)
        found = one_list([self._hoisted(*alternative) for alternative in flat.alternatives])
        if flat.null:
            found.append({"type": "null"})
        made = found[0] if len(found) == 1 else {"oneOf": found}
        if "$ref" not in made:
            described = picked(schema, *DESCRIBING)
            made = with_default({**made, **described}, schema)
        self._known[id(schema)] = schema, made
        return made

    def _hoisted(self, found: Node, place: Place, origin: str = "") -> Node:
        """Return *found*, or a reference to the class that it becomes."""
        if "enum" not in found and found.get("type") != "object":
            return found
        name = self._names.claim(origin, place.class_name, found)
        if name not in self._objects:
            self._objects[name] = found, origin
            self._queue.append(name)
        return {"$ref": f"{_PREFIX}{name}"}

    def _flat(self, schema: Node, place: Place, *, part: bool = False) -> Flat:
        """Return the alternatives of *schema*; as a *part* of allOf, a base is its members only."""
        if "$ref" in schema:
            name = component(schema["$ref"])
            return self._component(name) if part else self._usage(name)
        parts = [self._flat(each, place, part=True) for each in nodes(schema, "allOf")]
        items = self._lowered(schema["items"], place.part("item")) if "items" in schema else {}
        if own := own_keywords(schema, place, items=items, binary=self._binary):
            parts.append(own)
        unions = [key for key in ("oneOf", "anyOf") if has_variants(schema, key)]
        parts += [self._union(schema, key, place) for key in unions]
        null = (
            bool(schema.get("nullable"))
            or None in schema.get("enum", [])
            or ("type" not in schema and bool(parts) and all(part.null for part in parts))
        )
        if not parts:
            return Flat([(picked(schema, *DESCRIBING), place)], null)
        try:
            return evolve(product(parts, place, self._opened), null=null)
        except ConflictError as error:
            where = f"{self.where}: " if self.where else ""
            self.complaints.append(f"{where}schema {place.class_name}: allOf has no value: {error}")
            return Flat([({}, place)])

    def _union(self, schema: Node, key: str, place: Place) -> Flat:
        found: list[Alternative] = []
        null = False
        for i, variant in enumerate(nodes(schema, key)):
            title = variant.get("title")
            suffix = title if title and title != schema.get("title") else f"type_{i}"
            flat = self._flat(variant, place.part(suffix))
            null = null or flat.null
            found += [each for each in flat.alternatives if each[0] not in [f for f, _ in found]]
        if "discriminator" in schema and self._opens:
            found.append(open_variant(schema["discriminator"]["propertyName"], place))
        return Flat(found, null)

    def _opened(self, found: Node) -> Node:
        return self._objects[component(found["$ref"])][0] if "$ref" in found else found

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
            found = [(self._opened_alias(name, each), place) for each, place in flat.alternatives]
            only = len(found) == 1 and "$ref" not in found[0][0]
            self._flats[name] = Flat(
                [
                    (self._hoisted(each, place, name if only else ""), place)
                    for each, place in found
                ],
                flat.null,
            )
        return self._flats[name]

    def _opened_alias(self, name: str, found: Node) -> Node:
        """Return the members of an alias whose tag differs from that of what it stands for."""
        return self._opened(found) if name in self._discriminators.tags else found
