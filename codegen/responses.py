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
    "413": "Request Entity Too Large",
    "414": "Request-URI Too Long",
    "416": "Requested Range Not Satisfiable",
    "422": "Unprocessable Entity",
}
ERRORS: Final = frozenset({"ApiStatusError", "PersiumError", "ResponseDecodeError"})


def error_class(key: str) -> str:
    """Return the error class of a status: ``UnauthorizedError``, ``Http499Error``.

    Those of ``4XX`` and ``default`` are ``Http4xxError`` and ``OtherStatusError``.
    """
    if key == "default":
        return "OtherStatusError"
    try:
        phrase = _PHRASES.get(key) or HTTPStatus(int(key)).phrase
    except ValueError:
        return f"Http{key.lower()}Error"
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


def status_key(response: Response) -> str:
    """Return the status of *response* as the document has it: ``404``, ``4XX`` or ``default``."""
    return str(response.status_code.pattern)


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


def status_errors(responses: Iterable[Response]) -> dict[str, StatusError]:
    """Return the error class of each status of *responses*, ranges and ``default`` last."""
    errors: dict[str, StatusError] = {}
    for response in sorted(responses, key=lambda found: _rank(status_key(found))):
        key = status_key(response)
        error = errors.setdefault(key, StatusError(error_class(key), []))
        if type_of(response) != "None":
            error.responses.append(response)
    return errors


def _rank(key: str) -> tuple[bool, bool, str]:
    return key == "default", not key.isdigit(), key


def body_imports(responses: Iterable[Response]) -> set[str]:
    """Return the import lines that naming the bodies of *responses* needs."""
    return imports_of(r.prop for r in responses if type_of(r) != "None")
