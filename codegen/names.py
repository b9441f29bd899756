"""Names of operations, tags and parameters in Python, and names that cannot be used."""

from __future__ import annotations

from collections import defaultdict
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

from openapi_python_client.strings import ClassName, PythonIdentifier, snake_case

from codegen.document import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codegen.document import Document, Operation

PREFIX: Final = "field_"
RESERVED_NAMES: Final = frozenset(
    {
        "access_token",
        "aclose",
        "close",
        "generated",
        "request",
        "settings",
        "with_options",
        "with_response",
    }
)
"""Attributes of ``persium_ext``'s clients, which a namespace must not hide."""
_MODULES: Final = frozenset({"amendments", "errors"})
_LOCALS: Final = frozenset(
    {"body", "client", "cookies", "headers", "params", "quote", "self", "url"}
)
"""Local names of the generated functions; a parameter would overwrite one, or be renamed."""
_RENAME: Final = "choose another name"
_NO_NAME: Final = "cannot be a name in Python: use ASCII letters, a letter first"


def python_name(name: str) -> str:
    """Return the name that upstream gives the operation, tag or parameter *name*."""
    return str(PythonIdentifier(name, PREFIX))


def namespace_class(tag: str) -> str:
    """Return the class name of a tag's operations, which a model of the tag's name leaves free."""
    return f"{ClassName(tag, PREFIX)}Operations"


def complaints(document: Document) -> Iterator[str]:
    """Yield the names that Python or the facade cannot use."""
    ids: list[tuple[str, str]] = []
    tags: dict[str, str] = {}
    for operation in document.operations():
        for tag in operation.node.get("tags", []):
            tags.setdefault(tag, operation.where)
        if operation_id := operation.node.get("operationId"):
            ids.append((operation_id, operation.where))
        yield from _parameters(document, operation)
    for tag in nodes(document.data, "tags"):
        tags.setdefault(tag["name"], "tags")
    yield from _unfit("operationId", ids)
    yield from _unfit("tag", tags.items())
    for tag, where in tags.items():
        if python_name(tag) in RESERVED_NAMES | _MODULES:
            yield f"{where}: tag {tag}: hides the attribute {python_name(tag)}: {_RENAME}"


def _unfit(kind: str, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield names that are not identifiers, are reserved, or become equal in Python."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for name, where in names:
        snake = snake_case(name)
        by_name[snake].append(f"{name} ({where})")
        if not snake.isidentifier() or not snake.isascii():
            yield f"{where}: {kind} {name}: {_NO_NAME}"
        elif python_name(name) != snake:
            yield f"{where}: {kind} {name}: {snake} is reserved in Python: {_RENAME}"
    for name, users in by_name.items():
        if len(users) > 1:
            yield f"{kind} {', '.join(users)}: all become {name} in Python: rename all but one"


def _parameters(document: Document, operation: Operation) -> Iterator[str]:
    names = {snake_case(parameter["name"]) for parameter in document.parameters(operation)}
    for parameter in document.parameters(operation):
        name = snake_case(parameter["name"])
        what = f"{operation.where}: {parameter['in']} parameter {parameter['name']}"
        if not name.isidentifier() or not name.isascii():
            yield f"{what}: {_NO_NAME}"
        elif iskeyword(name) and parameter.get("x-python-name") != python_name(name):
            agreed = python_name(name)
            yield f"{what}: is a keyword of Python: accept {agreed} with `x-python-name: {agreed}`"
        elif name in _LOCALS or name.removeprefix("json_") in names - {name}:
            yield f"{what}: the generated code has its own {name}: {_RENAME}"
