"""What the facade's templates need worked out from upstream's endpoints and the document."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from attrs import frozen
from openapi_python_client.parser.properties import ListProperty, ModelProperty, UnionProperty

from codegen import _docstrings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response

    from codegen._document import Document, Operation

# Phrases that newer Pythons renamed: the facade must not depend on who generates it.
_PHRASES: Final = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}


def error_class(status: int) -> str:
    """Name the error of *status*: ``UnauthorizedError``, ``Http499Error``."""
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


@frozen
class Pages:
    """How the pages of a list operation follow one another."""

    name: str
    item_type: str


@frozen(slots=False)
class Method:
    """An endpoint of upstream's parser together with what the document says of it."""

    endpoint: Endpoint
    source: Operation
    document: Document

    @property
    def name(self) -> str:
        """Its name in Python."""
        return str(self.endpoint.name)

    @property
    def constant(self) -> str:
        """The name of its descriptor."""
        return self.name.upper()

    @cached_property
    def successes(self) -> list[Response]:
        """Its 2xx responses."""
        return [r for r in self.endpoint.responses if 200 <= status_of(r) < 300]

    @cached_property
    def errors(self) -> list[Response]:
        """Its documented error responses."""
        return [r for r in self.endpoint.responses if status_of(r) >= 400]

    @property
    def success_type(self) -> str:
        """What a call returns."""
        return union(type_of(r) for r in self.successes)

    @property
    def success_statuses(self) -> list[int]:
        """The documented statuses of a success."""
        return [status_of(r) for r in self.successes]

    @property
    def statuses(self) -> list[int]:
        """Every documented status."""
        return [status_of(r) for r in self.endpoint.responses]

    @property
    def deprecated(self) -> bool:
        """Whether the document advises against it."""
        return bool(self.source.node.get("deprecated"))

    @property
    def multipart(self) -> bool:
        """Whether its body is a multipart form."""
        return any(body.body_type == "files" for body in self.endpoint.bodies)

    @property
    def imports(self) -> set[str]:
        """Import lines for its signature and result."""
        bodies = [r.prop for r in self.successes if type_of(r) != "None"]
        items = [self._items] if self._items else []
        return imports_of([*self.endpoint.list_all_parameters(), *bodies, *items])

    @cached_property
    def pages(self) -> Pages | None:
        """How to iterate over it: a ``cursor``, and a page of ``items`` and ``next_cursor``."""
        if self._items is None:
            return None
        item_type = self._items.inner_property.get_type_string(no_optional=True)
        return Pages(
            name=f"iter_{self.name.removeprefix('list_')}",
            item_type=item_type.as_unembedded_code(),
        )

    @cached_property
    def _items(self) -> ListProperty | None:
        cursor = next((p for p in self.endpoint.query_parameters if p.name == "cursor"), None)
        page = self.successes[0].prop
        if cursor is None or len(self.successes) > 1 or not isinstance(page, ModelProperty):
            return None
        members = {
            p.name.get_untrusted_value(): p
            for p in [*(page.required_properties or []), *(page.optional_properties or [])]
        }
        following, items = members.get("next_cursor"), members.get("items")
        if following is None or not _types(following) <= _types(cursor):
            return None
        return next((p for p in _alternatives(items) if isinstance(p, ListProperty)), None)

    def docstring(self, *, indent: int, pages: bool = False) -> str:
        """Describe it as a Google-style docstring, without the quotes."""
        return _docstrings.of_method(self, indent=indent, pages=pages)


def status_of(response: Response) -> int:
    """Return the one status of *response*; the document has no ranges."""
    return response.status_code.range[0] if response.status_code.range else 0


def _alternatives(prop: PropertyProtocol | None) -> list[PropertyProtocol]:
    if isinstance(prop, UnionProperty):
        return list(prop.inner_properties)
    return [prop] if prop else []


def _types(prop: PropertyProtocol) -> set[str]:
    names = {p.get_base_type_string().as_unembedded_code() for p in _alternatives(prop)}
    return names - {"None"}


@frozen
class StatusError:
    """The error class of one documented status; ``body``: the type of its body, if it has one."""

    name: str
    body: str


def status_errors(methods: list[Method]) -> dict[int, StatusError]:
    """Work out one error for each status that any of *methods* documents."""
    bodies: dict[int, set[str]] = {}
    for response in [r for method in methods for r in method.errors]:
        bodies.setdefault(status_of(response), set()).add(type_of(response))
    return {
        status: StatusError(error_class(status), union(sorted(types - {"None"})))
        for status, types in bodies.items()
    }


def error_imports(methods: list[Method]) -> set[str]:
    """Return the import lines that the error classes need."""
    return imports_of(r.prop for method in methods for r in method.errors if type_of(r) != "None")
