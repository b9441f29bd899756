"""Names: how the document's become Python's, and which are refused."""

from __future__ import annotations

from collections import defaultdict
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

from openapi_python_client.strings import ClassName, PythonIdentifier, snake_case

from codegen._document import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codegen._document import Document, Operation

PREFIX: Final = "field_"
RESERVED_NAMES: Final = frozenset(
    {"access_token", "aclose", "close", "generated", "request", "settings", "with_options"}
)
"""Attributes of ``persium_ext``'s clients, which a namespace must not hide."""
_MODULES: Final = frozenset({"errors"})
_LOCALS: Final = frozenset(
    {"body", "client", "cookies", "headers", "params", "quote", "self", "url"}
)
"""Names of the generated functions' own, which a parameter would overwrite or be renamed for."""


def python_name(name: str) -> str:
    """Return what upstream calls the operation, tag or parameter *name*."""
    return str(PythonIdentifier(name, PREFIX))


def namespace_class(tag: str) -> str:
    """Name the class of a tag's operations so that a model of the tag's name can stand beside."""
    return f"{ClassName(tag, PREFIX)}Operations"


def complaints(document: Document) -> Iterator[str]:
    """Say which names Python or the facade would not bear."""
    tags: dict[str, None] = dict.fromkeys(tag["name"] for tag in nodes(document.data, "tags"))
    ids: list[tuple[str, str]] = []
    for operation in document.operations():
        tags.update(dict.fromkeys(operation.node.get("tags", [])))
        if operation_id := operation.node.get("operationId"):
            ids.append((operation_id, operation.where))
            yield from _unfit(operation_id, f"{operation.where}: operationId {operation_id}")
        yield from _parameters(document, operation)
    for tag in tags:
        yield from _unfit(tag, f"tag {tag}")
        if python_name(tag) in RESERVED_NAMES | _MODULES:
            yield f"tag {tag}: hides the attribute {python_name(tag)}: choose another name"
    yield from _collisions("tag", [(tag, "") for tag in tags])
    yield from _collisions("operationId", ids)


def _unfit(name: str, what: str) -> Iterator[str]:
    """Complain of a name that is, or would be changed because it is, a word of Python."""
    if not snake_case(name).isidentifier() or not snake_case(name).isascii():
        yield f"{what}: does not make a name in Python: use ASCII letters, a letter first"
    elif python_name(name) != snake_case(name):
        yield f"{what}: {snake_case(name)} is a word of Python: choose another name"


def _collisions(kind: str, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    by_name: dict[str, list[str]] = defaultdict(list)
    for name, where in names:
        by_name[python_name(name)].append(f"{name} ({where})" if where else name)
    for name, users in by_name.items():
        if len(users) > 1:
            yield f"{kind} {', '.join(users)}: all become {name} in Python: rename all but one"


def _parameters(document: Document, operation: Operation) -> Iterator[str]:
    names = {snake_case(parameter["name"]) for parameter in document.parameters(operation)}
    for parameter in document.parameters(operation):
        name = snake_case(parameter["name"])
        what = f"{operation.where}: {parameter['in']} parameter {parameter['name']}"
        if not name.isidentifier() or not name.isascii():
            yield f"{what}: does not make a name in Python: use ASCII letters, a letter first"
        elif iskeyword(name) and parameter.get("x-python-name") != python_name(name):
            agreed = python_name(name)
            yield f"{what}: is a keyword of Python: agree to {agreed} by `x-python-name: {agreed}`"
        elif name in _LOCALS or name.removeprefix("json_") in names - {name}:
            yield f"{what}: the generated code has its own {name}: choose another name"
