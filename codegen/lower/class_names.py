"""Names of classes: each once, and none that the generated code has already."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from openapi_python_client.strings import ClassName, PythonIdentifier

from codegen.naming.names import PREFIX, TAKEN_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codegen.read.document import Node


class ClassNames:
    """Gives each component and each inline schema a name of its own."""

    def __init__(self, components: Iterable[str], reserved: frozenset[str]) -> None:
        self._modules = {_module(name) for name in TAKEN_CLASSES | reserved}
        self._components = {name: self._free(name) for name in components}
        self._inline: dict[str, list[tuple[Node, str]]] = {}

    def claim(self, component: str, name: str, found: Node) -> str:
        """Return the name of *component*, else one for an inline schema: *name* if free."""
        if component:
            return self._components[component]
        known = self._inline.setdefault(name, [])
        for schema, given in known:
            if schema == found:
                return given
        known.append((found, self._free(name)))
        return known[-1][1]

    def _free(self, name: str) -> str:
        suffixes = chain(["", "Model"], (f"Model{n}" for n in count(2)))
        free = next(s for s in suffixes if _module(f"{name}{s}") not in self._modules)
        self._modules.add(_module(f"{name}{free}"))
        return f"{name}{free}"


def _module(name: str) -> str:
    return str(PythonIdentifier(ClassName(name, PREFIX), PREFIX))
