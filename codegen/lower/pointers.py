"""References into a schema's members become references to a schema with a name."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from openapi_python_client.strings import pascal_case

from codegen.read.document import Document
from codegen.read.places import mappings

if TYPE_CHECKING:
    from codegen.read.document import Node

_COMPONENT: Final = re.compile(r"#/components/(schemas/[^/%~]+|(?!schemas/)[^/]+/[^/]+)")
_SKIPPED: Final = frozenset({"properties", "schemas", "items", "components", "paths", "content"})


def name_targets(document: Document) -> Node:
    """Return a copy of the content in which ``$ref`` names a component only."""
    copy = Document(deepcopy(document.data), document.json, document.source)
    schemas = copy.data.setdefault("components", {}).setdefault("schemas", {})
    deep = [each for _, each in mappings(copy.data) if _is_deep(each)]
    found = [(each, copy.resolve(each)) for each in deep]
    names = {id(schema): name for name, schema in schemas.items()}
    for reference, target in found:
        if id(target) not in names:
            names[id(target)] = _name(reference["$ref"], schemas)
            schemas[names[id(target)]] = dict(target)
            target.clear()
            target["$ref"] = f"#/components/schemas/{names[id(target)]}"
        reference["$ref"] = f"#/components/schemas/{names[id(target)]}"
    return copy.data


def _name(reference: str, taken: Node) -> str:
    steps = [step for step in reference.split("/")[1:] if step not in _SKIPPED]
    name = pascal_case("_".join(step.replace("~1", "_") for step in steps))
    while name in taken:
        name += "Part"
    return name


def _is_deep(found: Node) -> bool:
    reference = found.get("$ref")
    return isinstance(reference, str) and not _COMPONENT.fullmatch(reference)
