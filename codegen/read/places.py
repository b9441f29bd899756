"""Places in a document: what stands at them, and how messages name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Place = tuple[str, ...]
_LITERAL: Final = frozenset({"default", "enum", "example", "value"})
_OF_NAMES: Final = frozenset(
    {
        *("callbacks", "encoding", "examples", "headers", "links", "parameters", "paths"),
        *("properties", "requestBodies", "responses", "schemas", "securitySchemes"),
    }
)
"""Keys of mappings of names, or of paths or statuses, of which ``default`` is one."""


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


def mappings(
    found: object, place: Place = (), *, named: bool = False
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield every mapping but those of names, and those in extensions and in values of examples.

    A mapping of names (*named*) may have any of OpenAPI's own words as one: ``properties``.
    """
    if not named and (mapping := mapping_of(found)):
        yield place, mapping
    for key, value in children(found):
        text = str(key)
        if not (named or text in _LITERAL or text.startswith("x-")):
            of_names = text in _OF_NAMES and bool(mapping_of(value))
            yield from mappings(value, (*place, text), named=of_names)
        elif named and not (place[-1] in {"paths", "responses"} and text.startswith("x-")):
            yield from mappings(value, (*place, text))


def words(place: Place) -> str:
    """Name a place: ``GET /me: responses 200``."""
    if len(place) > 2 and place[0] == "paths":
        return " ".join([f"{place[2].upper()} {place[1]}:", *place[3:]]).removesuffix(":")
    return " ".join(place) or "the document"
