"""The document without its token endpoint, for generators that ignore a path's own ``servers``."""

from __future__ import annotations

import io
import json
import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, cast

from ruamel.yaml import YAML

from codegen.read.document import node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codegen.read.document import Document, Node

Place = tuple[str, ...]
_COMPONENT: Final = re.compile(r"#/components/([^/]+)/([^/]+)")


def removals(document: Document) -> list[Place]:
    """Return the places of the token endpoint, and of the components that only it uses."""
    endpoint = _endpoint(document)
    rest = _without(document.data, endpoint)
    components = rest.pop("components", {})
    used = _closure([_at(document.data, place) for place in endpoint], components)
    for place in used:
        del components[place[1]][place[2]]
    still_used = _closure([rest, components], node(document.data, "components"))
    return [*endpoint, *sorted(used - still_used)]


def as_json(document: Document) -> str:
    """Return the remaining document as JSON, in the layout of ``openapi.json``."""
    left = _without(document.data, removals(document))
    return f"{json.dumps(left, ensure_ascii=False, indent=1)}\n"


def as_yaml(document: Document) -> str:
    """Return the remaining document as YAML, with the text, quotes and comments of the source."""
    yaml: Any = YAML()  # ruamel has no types
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(_without(yaml.load(document.source), removals(document)), written)
    return written.getvalue()


def _endpoint(document: Document) -> list[Place]:
    """Return its path, or only its method if other operations share the path."""
    shared = {o.path for o in document.operations() if not document.is_token_endpoint(o)}
    places = {
        ("paths", o.path, o.method) if o.path in shared else ("paths", o.path)
        for o in document.operations()
        if document.is_token_endpoint(o)
    }
    return sorted(places)


def _without(data: Any, places: Iterable[Place]) -> Any:  # noqa: ANN401  # JSON, or ruamel's own
    left = deepcopy(data)
    for *parents, name in places:
        del _at(left, parents)[name]
    return left


def _at(data: Any, place: Iterable[str]) -> Any:  # noqa: ANN401  # JSON of any shape
    for name in place:
        data = data[name]
    return data


def _closure(roots: Iterable[object], components: Any) -> set[Place]:  # noqa: ANN401  # JSON of any shape
    """Return the places of the components that *roots* refer to, directly or through others."""
    found: set[Place] = set()
    todo = [*_references(list(roots))]
    while todo:
        place = todo.pop()
        _, kind, name = place
        if place not in found and name in components.get(kind, {}):
            found.add(place)
            todo += _references(components[kind][name])
    return found


def _references(found: object) -> Iterator[Place]:
    """Yield references to components; the mapping of a discriminator has no ``$ref``."""
    if isinstance(found, dict):
        found = list(cast("Node", found).values())
    if isinstance(found, list):
        for each in cast("list[object]", found):
            yield from _references(each)
    elif isinstance(found, str) and (match := _COMPONENT.match(found)):
        yield "components", match[1], match[2].replace("~1", "/").replace("~0", "~")
