"""Places in a document: what stands at them, and how messages name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Place = tuple[str, ...]
_LITERAL: Final = frozenset({"default", "enum", "example", "value"})


class Index(int):
    """An index of a list, as opposed to a number as a key."""


def mapping_of(found: object) -> dict[str, Any]:
    """Return *found* if it is a mapping, else an empty one."""
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def children(found: object) -> Iterable[tuple[object, object]]:
    """Return the members of a mapping by key, or those of a list by index."""
    if mapping := mapping_of(found):
        return [(key, value) for key, value in mapping.items()]
    if isinstance(found, list):
        return [(Index(i), value) for i, value in enumerate(cast("list[object]", found))]
    return []


def mappings(found: object, place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield every mapping but those of names, and those in extensions and in values of examples."""
    named = bool(place) and place[-1] in {"properties", "schemas", "examples"}
    if not named and (mapping := mapping_of(found)):
        yield place, mapping
    for key, value in children(found):
        if named or not (str(key) in _LITERAL or str(key).startswith("x-")):
            yield from mappings(value, (*place, str(key)))


def words(place: Place) -> str:
    """Name a place: ``GET /me: responses 200``."""
    if len(place) > 2 and place[0] == "paths":
        return " ".join([f"{place[2].upper()} {place[1]}:", *place[3:]]).removesuffix(":")
    return " ".join(place) or "the document"
