"""The written facade: which method is which operation, and which argument is which parameter."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

from attrs import frozen

from codegen.prove.naming import assign, evaluated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codegen.document import Node


@frozen
class Argument:
    """An argument of a method: its name and type."""

    name: str
    annotation: Any


@frozen
class Target:
    """A method of a namespace."""

    namespace: str
    method: str
    arguments: dict[str, Argument]

    def of(self, parameters: Iterable[Node]) -> dict[tuple[str, str], Argument]:
        """Return the argument of each parameter that has one, by place and name."""
        left = dict(self.arguments)
        left.pop("body", None)
        found: dict[tuple[str, str], Argument] = {}
        places: dict[str, list[str]] = {}
        for parameter in parameters:
            places.setdefault(parameter["in"], []).append(parameter["name"])
        shared = {n for names in places.values() for n in names if _count(places, n) > 1}
        for only_shared in (True, False):
            for place, names in places.items():
                own = [name for name in names if (name in shared) is only_shared]
                for wire, name in assign(own, left, place).items():
                    found[place, wire] = left.pop(name)
        return found


def _count(places: dict[str, list[str]], name: str) -> int:
    return sum(name in names for names in places.values())


def targets(operations: Iterable[tuple[str, str]]) -> dict[str, Target]:
    """Return the method of each of *operations* (tag, operationId), by operationId."""
    by_tag: dict[str, list[str]] = {}
    for tag, operation_id in operations:
        by_tag.setdefault(tag, []).append(operation_id)
    api: type = importlib.import_module("persium_api.facade").Api
    namespaces = assign(by_tag, [name for name in vars(api) if not name.startswith("_")])
    found: dict[str, Target] = {}
    for tag, ids in by_tag.items():
        if tag in namespaces:
            space: type = getattr(api, namespaces[tag])
            methods = assign(ids, [name for name in vars(space) if not name.startswith("_")])
            for wire, name in methods.items():
                found[wire] = Target(namespaces[tag], name, _arguments(getattr(space, name)))
    return found


def _arguments(method: Any) -> dict[str, Argument]:  # noqa: ANN401  # a function
    shown = list(inspect.signature(method).parameters.values())[1:]
    return {
        each.name: Argument(each.name, evaluated(each.annotation, method.__module__))
        for each in shown
    }
