"""Names of operations and tags in Python, and names that cannot be used."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from openapi_python_client.strings import ClassName, PythonIdentifier, snake_case

from codegen.naming.statuses import ERRORS, error_class
from codegen.read.document import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codegen.read.document import Document, Operation

PREFIX: Final = "field_"
RESERVED_NAMES: Final = frozenset(
    {
        "access_token",
        "aclose",
        "close",
        "download_to",
        "generated",
        "request",
        "settings",
        "with_options",
        "with_response",
    }
)
"""Attributes of ``persium_ext``'s clients, which a namespace must not hide."""
TAKEN_CLASSES: Final = frozenset(
    {
        *("Any", "AuthenticatedClient", "BinaryIO", "BytesIO", "Client", "File", "FileTypes"),
        *("Generator", "HTTPStatus", "Literal", "Mapping", "RequestFiles", "Response", "T"),
        *("TextIO", "TypeVar", "UNSET", "UUID", "Unset"),
    }
)
"""Names that upstream's modules import: a model of that name would hide them."""
_PREFIXES: Final = ("", "Async")
_ENDS: Final = ("", "WithDownload", "WithResponse")
"""What comes before and after the name of a namespace's class."""
_MODULES: Final = frozenset({"amendments", "errors"})
_RENAME: Final = "choose another name, or add x-python-name"
_NO_NAME: Final = "cannot be a name in Python: use ASCII letters, a letter first, or x-python-name"


def python_name(name: str) -> str:
    """Return the name that upstream gives the operation, tag or parameter *name*."""
    return str(PythonIdentifier(name, PREFIX))


def namespace_class(tag: str) -> str:
    """Return the class name of a tag's operations, which a model of the tag's name leaves free."""
    return f"{ClassName(tag, PREFIX)}Operations"


def operation_name(operation: Operation) -> str:
    """Return the name of an operation in Python: its ``x-python-name``, else its operationId."""
    name = operation.node.get("x-python-name") or operation.node["operationId"].lstrip("_")
    return python_name(name)


def operation_names(document: Document) -> dict[str, str]:
    """Return the name of each operation, by method and path."""
    return {operation.where: operation_name(operation) for operation in document.operations()}


def tag_name(document: Document, tag: str) -> str:
    """Return the name of a tag in Python: its ``x-python-name``, else upstream's."""
    chosen = {found["name"]: found.get("x-python-name") for found in nodes(document.data, "tags")}
    return python_name(chosen.get(tag) or tag)


def class_names(document: Document) -> frozenset[str]:
    """Return the names of the facade's classes, which no schema may have."""
    names = {*ERRORS}
    for operation in document.operations():
        names.add(operation_name(operation).upper())
        for tag in operation.node.get("tags", []):
            own = namespace_class(tag_name(document, tag))
            names |= {f"{prefix}{own}{end}" for prefix in _PREFIXES for end in _ENDS}
        for status in operation.node.get("responses", {}):
            if not status.startswith(("1", "2", "3", "x-")):
                names.add(error_class(status))
    return frozenset(names)


def complaints(document: Document) -> Iterator[str]:
    """Yield the names that Python or the facade cannot use."""
    ids: list[tuple[str, str, str]] = []
    tags: dict[str, str] = {}
    for operation in document.operations():
        for tag in operation.node.get("tags", []):
            tags.setdefault(tag, operation.where)
        if operation_id := operation.node.get("operationId"):
            ids.append((operation_id, operation_name(operation), operation.where))
    for tag in nodes(document.data, "tags"):
        tags.setdefault(tag["name"], "tags")
    yield from _unfit("operationId", ids)
    named = [(tag, tag_name(document, tag), where) for tag, where in tags.items()]
    yield from _unfit("tag", named)
    for tag, name, where in named:
        if name in RESERVED_NAMES | _MODULES:
            yield f"{where}: tag {tag}: hides the attribute {name}: {_RENAME}"


def _unfit(kind: str, names: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield names that are not identifiers, or become equal in Python."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for name, python, where in names:
        by_name[python].append(f"{name} ({where})")
        if not python.isascii() or python.startswith(PREFIX) or not snake_case(python):
            yield f"{where}: {kind} {name}: {_NO_NAME}"
    for name, users in by_name.items():
        if len(users) > 1:
            yield f"{kind} {', '.join(users)}: all become {name} in Python: rename all but one"
