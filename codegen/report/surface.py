"""What users of the package can see of a document: operations, models, and the facts of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from codegen.naming.names import operation_name, python_name, tag_name
from codegen.naming.statuses import error_class
from codegen.read.document import node, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document, Node, Operation

Surface = dict[str, dict[str, str]]
"""The facts of each operation and model, with their details: a parameter, and its type."""
_FORMATS: Final = {
    "binary": "bytes",
    "date": "date",
    "date-time": "datetime",
    "uuid": "UUID",
}
_TYPES: Final = {
    "boolean": "bool",
    "integer": "int",
    "number": "float",
    "object": "object",
    "string": "str",
}


def surface(document: Document) -> Surface:
    """Return the operations of the facade, and the schemas, each with its facts."""
    found: Surface = {}
    for operation in document.operations():
        if not document.is_token_endpoint(operation):
            tag = tag_name(document, operation.node["tags"][0])
            owner = f"`{tag}.{operation_name(operation)}()`"
            found[owner] = dict(_operation(document, operation))
    for name, schema in node(node(document.data, "components"), "schemas").items():
        found[f"`{name}`"] = dict(_schema(document, schema))
    return found


def type_words(schema: Node) -> str:
    """Return the type that *schema* has in Python; that of a component is its name."""
    words = _type_words(schema)
    return f"{words} | None" if schema.get("nullable") is True else words


def _type_words(schema: Node) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(repr(value) for value in schema["enum"] if value is not None)
    if variants := nodes(schema, "oneOf") or nodes(schema, "anyOf"):
        return " | ".join(type_words(variant) for variant in variants)
    if parts := nodes(schema, "allOf"):
        return type_words(parts[0]) if len(parts) == 1 else "object"
    if "items" in schema:
        return f"list[{type_words(schema['items'])}]"
    kind = _TYPES.get(schema.get("type", "object" if "properties" in schema else ""), "Any")
    return _FORMATS.get(schema.get("format", ""), kind) if kind == "str" else kind


def _operation(document: Document, operation: Operation) -> Iterator[tuple[str, str]]:
    yield "request", f"`{operation.where}`"
    yield "status", "deprecated" if operation.node.get("deprecated") else "supported"
    for found in document.parameters(operation):
        name = found.get("x-python-name") or python_name(found["name"])
        words = type_words(node(found, "schema"))
        yield f"parameter `{name}`", f"{words}, {_need(found.get('required'))}"
    if "requestBody" in operation.node:
        body = document.resolve(operation.node["requestBody"])
        yield "body", f"{_content(body)}, {_need(body.get('required'))}"
    responses = {
        status: _content(response) for status, response in document.responses(operation).items()
    }
    yield "result", " or ".join(dict.fromkeys(w for s, w in responses.items() if s[0] == "2"))
    for status, words in responses.items():
        if status[0] not in "123":
            yield f"error `{error_class(status)}`", f"HTTP {status}, {words}"


def _content(found: Node) -> str:
    """Return the types of a body with their media types; JSON is not named."""
    return (
        " or ".join(
            type_words(node(media, "schema"))
            + (f" as {name}" if name != "application/json" else "")
            for name, media in node(found, "content").items()
        )
        or "no body"
    )


def _need(required: object) -> str:
    return "required" if required else "optional"


def _schema(document: Document, schema: Node) -> Iterator[tuple[str, str]]:
    members = dict(_members(document, schema))
    yield from members.items()
    for value in schema.get("enum", []):
        yield f"value `{value}`", ""
    if not members and "enum" not in schema:
        yield "type", type_words(schema)


def _members(document: Document, schema: Node, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the members of an object, of its ``allOf`` too, and those of objects inside it.

    A component is described once, so that those inside it are not; nor does it end otherwise.
    """
    for part in nodes(schema, "allOf"):
        if not prefix or "$ref" not in part:
            yield from _members(document, document.resolve(part), prefix)
    for name, member in node(schema, "properties").items():
        need = _need(name in schema.get("required", []))
        yield f"member `{prefix}{name}`", f"{type_words(member)}, {need}"
        yield from _members(document, node(member, "items") or member, f"{prefix}{name}.")
