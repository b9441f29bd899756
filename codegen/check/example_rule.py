"""The rule that a success with a JSON body has an example: the sandbox responds with it."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from codegen.examples.values import ExampleMaker, NoExampleError
from codegen.read.document import node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document, Node


def complaints(document: Document) -> Iterator[str]:
    """Yield each JSON body of a success that has no example, and suggest one."""
    for operation in document.operations():
        for status, response in node(operation.node, "responses").items():
            for name, media in node(document.resolve(response), "content").items():
                if status.startswith("2") and _is_json(name) and not _has_example(document, media):
                    words = f"response {status}: {name} without an example: add one"
                    yield f"{operation.where}: {words}{_suggestion(document, media)}"


def _is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _has_example(document: Document, media: Node) -> bool:
    """Return whether a media type object, or its schema as a whole, has an example."""
    examples = [document.resolve(found) for found in node(media, "examples").values()]
    schema = document.resolve(node(media, "schema"))
    return "example" in media or "example" in schema or any("value" in each for each in examples)


def _suggestion(document: Document, media: Node) -> str:
    try:
        value = ExampleMaker(document.resolve).value(node(media, "schema"))
    except NoExampleError:
        return ""
    return f", such as {textwrap.shorten(json.dumps(value), 200, placeholder=' …')}"
