"""The written facade: which method is which operation, and which argument is which parameter."""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from codegen.prove.naming import assign, evaluated
from codegen.read.document import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codegen.read.document import Document, Node, Operation


@frozen
class Argument:
    """An argument of a method: its name and type, and whether it may be left out, or has no place.

    One without a place is passed by its name only.
    """

    name: str
    annotation: Any
    optional: bool = False
    named: bool = False


@frozen
class Target:
    """A method of a namespace, and the iterators over its items and over its pages, if any.

    Attributes:
        returns: What the method returns, and what the iterators yield, by their names.
    """

    namespace: str
    method: str
    arguments: dict[str, Argument]
    iterators: tuple[str, ...] = ()
    returns: dict[str, Any] = field(factory=dict[str, Any])

    def of(self, parameters: Iterable[Node]) -> dict[tuple[str, str], Argument]:
        """Return the argument of each parameter that has one, by place and name."""
        left = dict(self.arguments)
        left.pop("body", None)
        found: dict[tuple[str, str], Argument] = {}
        places: dict[str, dict[str, Node]] = {}
        for parameter in parameters:
            places.setdefault(parameter["in"], {})[parameter["name"]] = parameter
        shared = {n for names in places.values() for n in names if _count(places, n) > 1}
        for only_shared in (True, False):
            for place, named in places.items():
                own = [name for name in named if (name in shared) is only_shared]
                for wire, name in assign(own, left, place, named).items():
                    found[place, wire] = left.pop(name)
        return found


def _count(places: dict[str, dict[str, Node]], name: str) -> int:
    return sum(name in names for names in places.values())


def targets(document: Document, operations: Iterable[Operation]) -> dict[str, Target]:
    """Return the method of each of *operations*, by operationId."""
    by_tag: dict[str, dict[str, Node]] = {}
    for each in operations:
        by_tag.setdefault(each.node["tags"][0], {})[each.node["operationId"]] = each.node
    tags = {tag["name"]: tag for tag in nodes(document.data, "tags")}
    api: type = importlib.import_module("persium_api.facade").Api
    namespaces = assign(by_tag, _public(api), described=tags)
    found: dict[str, Target] = {}
    for tag, ids in by_tag.items():
        if tag in namespaces:
            space: type = getattr(api, namespaces[tag])
            for wire, name in assign(ids, _public(space), described=ids).items():
                iterators = _iterators(space, name)
                found[wire] = Target(
                    namespaces[tag],
                    name,
                    _arguments(getattr(space, name)),
                    iterators,
                    {each: _returned(getattr(space, each)) for each in (name, *iterators)},
                )
    return found


def spaces() -> list[type]:
    """Return the class of each namespace."""
    api: type = importlib.import_module("persium_api.facade").Api
    return [getattr(api, name) for name in _public(api)]


def _public(found: type) -> list[str]:
    return [name for name in vars(found) if not name.startswith("_")]


def _iterators(space: type, method: str) -> tuple[str, ...]:
    name = f"iter_{method.removeprefix('list_')}"
    return (name, f"{name}_pages") if hasattr(space, name) else ()


def _arguments(method: Any) -> dict[str, Argument]:  # noqa: ANN401  # a function
    shown = list(inspect.signature(method).parameters.values())[1:]
    return {
        each.name: Argument(
            each.name,
            evaluated(each.annotation, method.__module__),
            optional=each.default is not each.empty,
            named=each.kind is each.KEYWORD_ONLY,
        )
        for each in shown
    }


def _returned(method: Any) -> Any:  # noqa: ANN401  # a function; any type form
    found = evaluated(inspect.signature(method).return_annotation, method.__module__)
    return typing.get_args(found)[0] if typing.get_origin(found) is Iterator else found
