"""Types of responses, and the error classes of statuses."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from attrs import frozen
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.union import UnionProperty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response

# Phrases that newer Pythons renamed: the output must not depend on the version of Python.
_PHRASES: Final = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}
ERRORS: Final = frozenset({"ApiStatusError", "PersiumError", "ResponseDecodeError"})


def error_class(status: int) -> str:
    """Return the error class of *status*: ``UnauthorizedError``, ``Http499Error``."""
    try:
        phrase = _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return f"Http{status}Error"
    name = "".join(word[0].upper() + word[1:] for word in phrase.replace("-", " ").split())
    return f"{''.join(filter(str.isalpha, name)).removesuffix('Error')}Error"


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


def status_of(response: Response) -> int:
    """Return the one status of *response*; the document has no ranges."""
    return response.status_code.range[0] if response.status_code.range else 0


@frozen
class StatusError:
    """The error class of one documented status, and the models of its body, if it has any."""

    name: str
    responses: list[Response]

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


def status_errors(responses: Iterable[Response]) -> dict[int, StatusError]:
    """Return the error class of each status of *responses*."""
    errors: dict[int, StatusError] = {}
    for response in responses:
        status = status_of(response)
        error = errors.setdefault(status, StatusError(error_class(status), []))
        if type_of(response) != "None":
            error.responses.append(response)
    return errors


def body_imports(responses: Iterable[Response]) -> set[str]:
    """Return the import lines that naming the bodies of *responses* needs."""
    return imports_of(r.prop for r in responses if type_of(r) != "None")
