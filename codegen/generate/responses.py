"""Types of responses, and the error classes of statuses with the bodies that are documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.union import UnionProperty

from codegen.naming.statuses import COMMON, error_class, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response


def type_of(response: Response) -> str:
    """Return the Python type of a response's body, ``None`` where there is none."""
    if response.source["attribute"] == "None":
        return "None"
    return response.prop.get_type_string().as_unembedded_code()


def alternatives(prop: PropertyProtocol | None) -> list[PropertyProtocol]:
    """Return the members of a union, *prop* alone if it is not a union, nothing for None."""
    if isinstance(prop, UnionProperty):
        return list(prop.inner_properties)
    return [prop] if prop else []


def union(types: Iterable[str]) -> str:
    """Join *types*, each named once, ``None`` last."""
    return " | ".join(sorted(dict.fromkeys(types), key=lambda name: name == "None"))


def imports_of(properties: Iterable[PropertyProtocol]) -> set[str]:
    """Return the import lines that a module of the facade needs for *properties*."""
    return {
        line
        for prop in properties
        for line in prop.get_imports(prefix="..") | prop.get_lazy_imports(prefix="..")
    }


def status_key(response: Response) -> str:
    """Return the status of *response* as the document has it: ``404``, ``4XX`` or ``default``."""
    return str(response.status_code.pattern)


@frozen
class StatusError:
    """The error class of one status or range, and the models of its body, if any is documented."""

    key: str
    responses: list[Response]

    @property
    def name(self) -> str:
        """The name of the class."""
        return error_class(self.key)

    @property
    def base(self) -> str:
        """The class that it extends."""
        return "ServerError" if self.key.startswith("5") else "ApiStatusError"

    @property
    def title(self) -> str:
        """One line for its docstring, without the full stop."""
        if self.key == "default":
            return "A status that the document does not name"
        return f"HTTP {self.key} {phrase(self.key)}".rstrip()

    @property
    def body(self) -> str:
        """The type of its documented bodies; empty: none is documented."""
        return union(sorted({type_of(r) for r in self.responses}))

    @property
    def imports(self) -> set[str]:
        """Import lines for its documented bodies."""
        return body_imports(self.responses)

    @property
    def models(self) -> bool:
        """Whether ``isinstance`` can distinguish them from a body that is not documented."""
        props = [prop for r in self.responses for prop in alternatives(r.prop)]
        return all(isinstance(prop, ModelProperty | NoneProperty) for prop in props)


def status_errors(responses: Iterable[Response]) -> dict[str, StatusError]:
    """Return the error classes of the *responses*, and of ``COMMON``; ranges and ``default`` last.

    A class of one status has the bodies of its range and of ``default`` too, because it is raised
    for every operation.
    """
    bodies: dict[str, list[Response]] = {key: [] for key in COMMON}
    for response in responses:
        found = bodies.setdefault(status_key(response), [])
        if type_of(response) != "None":
            found.append(response)
    return {
        key: StatusError(key, [r for each in _keys(key) for r in bodies.get(each, [])])
        for key in sorted(bodies, key=_rank)
    }


def _keys(key: str) -> tuple[str, ...]:
    """Return *key*, and under what else an operation may document that status."""
    return (key, f"{key[0]}XX", "default") if key.isdigit() else (key,)


def _rank(key: str) -> tuple[bool, bool, str]:
    return key == "default", not key.isdigit(), key


def body_imports(responses: Iterable[Response]) -> set[str]:
    """Return the import lines that naming the bodies of *responses* needs."""
    return imports_of(r.prop for r in responses if type_of(r) != "None")
