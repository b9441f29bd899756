"""Objects and enums become classes of Python, which the schemas that they stand in refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from codegen.lower.class_names import ClassNames
from codegen.lower.discriminators import component

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codegen.lower.alternatives import Place
    from codegen.read.document import Node

_PREFIX: Final = "#/components/schemas/"


class Hoisting:
    """Gives each object and each enum a class, once.

    Attributes:
        classes: The schemas of the classes, by name.
    """

    def __init__(self, components: Iterable[str], reserved: frozenset[str]) -> None:
        self._names = ClassNames(components, reserved)
        self._objects: dict[str, tuple[Node, str]] = {}
        self._queue: list[str] = []
        self.classes: dict[str, Node] = {}

    def hoisted(self, found: Node, place: Place, origin: str = "") -> Node:
        """Return *found*, or a reference to the class that it becomes; *origin*: its component."""
        if "enum" not in found and found.get("type") != "object":
            return found
        name = self._names.claim(origin, place.class_name, found)
        if name not in self._objects:
            self._objects[name] = found, origin
            self._queue.append(name)
        return {"$ref": f"{_PREFIX}{name}"}

    def opened(self, found: Node) -> Node:
        """Return the members of the class that *found* refers to, else *found*."""
        return self.described(found)[0]

    def described(self, found: Node) -> tuple[Node, str]:
        """Return the members of the class that *found* refers to, and its component, if any."""
        return self._objects[component(found["$ref"])] if "$ref" in found else (found, "")

    def finish(self, make: Callable[[str, Node, str], Node]) -> None:
        """Let *make* return the schema of each class, of its name, members and component."""
        while self._queue:
            name = self._queue.pop(0)
            self.classes[name] = make(name, *self._objects[name])
