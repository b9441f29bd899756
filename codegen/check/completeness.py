"""What the package's own document has for its readers: examples, descriptions, declared tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.check import example_rule
from codegen.read.document import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document


def complaints(document: Document) -> Iterator[str]:
    """Yield what a client works without, but its documentation and the sandbox do not."""
    declared = {tag["name"] for tag in nodes(document.data, "tags")}
    for operation in document.operations():
        for tag in operation.node.get("tags", []):
            if tag not in declared:
                yield f"{operation.where}: tag {tag} is not declared: add it to the root's tags"
        for parameter in document.parameters(operation):
            if not parameter.get("description"):
                what = f"{parameter['in']} parameter {parameter['name']}"
                yield f"{operation.where}: {what}: no description: add one"
    yield from example_rule.complaints(document)
