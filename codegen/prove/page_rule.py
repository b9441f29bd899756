"""Which operations have pages, read from the document: the rule is in ``docs/guide.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from codegen.prove.media import is_json
from codegen.prove.schemas import kind
from codegen.read.document import node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codegen.prove.inputs import Key
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Document, Node, Operation


@frozen
class PageRule:
    """How the pages of an operation follow one another.

    Attributes:
        kind: ``cursor``, ``link``, ``offset`` or ``page``.
        status: The status of a page.
        media: Its media type.
        schema: Its schema.
        items: The schema of its list of items.
        following: The schema of its next cursor, if it has one.
        first: The offset or number of the first page.
    """

    kind: str
    status: int
    media: str
    schema: Node
    items: Node
    following: Node
    first: int

    @property
    def is_list(self) -> bool:
        """Whether a page is the list of its items."""
        return self.items is self.schema


def page_rule(
    document: Document, operation: Operation, parameters: Mapping[Key, Node], schemas: Schemas
) -> PageRule | None:
    """Return the rule of *operation*; None: it has no pages."""
    stated = node(operation.node, "responses")
    successes = [status for status in stated if status.startswith("2")]
    if len(successes) != 1 or not successes[0].isdecimal():
        return None
    response = document.resolve(stated[successes[0]])
    content = node(response, "content")
    media = next(filter(is_json, content), "")
    schema = node(content.get(media, {}), "schema")
    forms = schemas.forms(schema)
    if len(forms) != 1 or schemas.nullable(schema):
        return None
    members: Node = node(forms[0], "properties") if kind(forms[0]) == "object" else {}
    items = schema if kind(forms[0]) == "array" else node(members, "items")
    if all(kind(form) != "array" for form in schemas.forms(items)):
        return None
    chosen = _kind(operation, response, parameters, members, schemas)
    if not chosen:
        return None
    following: Node = node(members, "next_cursor") if chosen == "cursor" else {}
    first = _first(schemas, chosen, parameters)
    return PageRule(chosen, int(successes[0]), media, schema, items, following, first)


def _kind(
    operation: Operation,
    response: Node,
    parameters: Mapping[Key, Node],
    members: Node,
    schemas: Schemas,
) -> str:
    query = {
        name: node(each, "schema") for (place, name), each in parameters.items() if place == "query"
    }
    whole = {name for name, schema in query.items() if _is_integer(schemas, schema)}
    if "cursor" in query and "next_cursor" in members:
        return "cursor"
    if operation.method == "get" and "link" in map(str.lower, node(response, "headers")):
        return "link"
    if {"offset", "limit"} <= whole:
        return "offset"
    return "page" if "page" in whole else ""


def _is_integer(schemas: Schemas, schema: Node) -> bool:
    forms = schemas.forms(schema)
    found = [form for form in forms if kind(form) == "integer" and "enum" not in form]
    return len(found) == len(forms) == 1 and not schemas.nullable(schema)


def _first(schemas: Schemas, chosen: str, parameters: Mapping[Key, Node]) -> int:
    """Return the default of the parameter, else its minimum, else 1 for pages and 0 for offsets."""
    if chosen not in {"offset", "page"}:
        return 0
    schema = schemas.resolve(node(parameters["query", chosen], "schema"))
    stated: list[int] = [schema[key] for key in ("default", "minimum") if key in schema]
    return int([*stated, 1 if chosen == "page" else 0][0])
