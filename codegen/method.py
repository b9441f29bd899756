"""One method of the facade: an endpoint of upstream's parser and its operation in the document."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty

from codegen.document import node
from codegen.media_types import is_json, preferred
from codegen.responses import (
    alternatives,
    body_imports,
    imports_of,
    status_key,
    type_of,
    union,
)
from codegen.security import needs_token
from codegen.upstream import members

if TYPE_CHECKING:
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response

    from codegen.document import Document, Node, Operation


@frozen
class Parameter:
    """A parameter of upstream's parser, its place, and what the document says of it."""

    prop: PropertyProtocol
    place: str
    stated: Node

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return str(self.stated["name"])

    @property
    def argument(self) -> str:
        """Its name in Python."""
        return str(self.prop.python_name)

    @property
    def style(self) -> str:
        """How its value is written (OpenAPI 3.0, "Style Values")."""
        return str(self.stated.get("style", "form" if self.place == "query" else "simple"))

    @property
    def explode(self) -> bool:
        """Whether each item of its value stands alone."""
        return bool(self.stated.get("explode", self.style == "form"))


@frozen
class Content:
    """A body: the status it belongs to, its media type and schema; None: there is no body."""

    key: str
    media_type: str
    prop: PropertyProtocol | None


@frozen
class Pages:
    """How the pages of a list operation follow one another."""

    name: str
    item_type: str


@frozen(slots=False)
class Method:
    """An endpoint of upstream's parser, and its operation in the document."""

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
        name = self.name.upper()
        return f"{name}_" if name == "UNSET" else name

    @cached_property
    def successes(self) -> list[Response]:
        """Its 2xx responses."""
        return [r for r in self.endpoint.responses if status_key(r).startswith("2")]

    @cached_property
    def errors(self) -> list[Response]:
        """Its documented error responses."""
        return [r for r in self.endpoint.responses if not status_key(r).startswith("2")]

    @property
    def success_type(self) -> str:
        """What a call returns."""
        return union(type_of(r) for r in self.successes)

    @property
    def secured(self) -> bool:
        """Whether it takes a token."""
        return needs_token(self.document, self.source)

    @property
    def deprecated(self) -> bool:
        """Whether the document advises against it."""
        return bool(self.source.node.get("deprecated"))

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Its parameters, as the document writes them."""
        stated = {
            (each["in"], each["name"]): each for each in self.document.parameters(self.source)
        }
        return [
            Parameter(prop, str(place), stated[str(place), _wire_name(prop)])
            for place, prop in self.endpoint.iter_all_parameters()
        ]

    @cached_property
    def body(self) -> Content | None:
        """The body of its request."""
        if not self.endpoint.bodies:
            return None
        stated = self.document.resolve(self.source.node["requestBody"])
        return Content("", preferred(node(stated, "content")), self.endpoint.bodies[0].prop)

    @cached_property
    def responses(self) -> list[Content]:
        """Its documented responses, by status."""
        return [
            Content(
                response.status_code.pattern,
                preferred(node(self._stated(response.status_code.pattern), "content")),
                response.prop if type_of(response) != "None" else None,
            )
            for response in self.endpoint.responses
        ]

    @property
    def arguments(self) -> list[str]:
        """The names of its arguments in Python."""
        names = [parameter.argument for parameter in self.parameters]
        return [*names, "body"] if self.body else names

    @property
    def accept(self) -> str:
        """The media types of its successes, and less gladly any other if none is JSON.

        An error may have any media type.
        """
        keys = [status_key(response) for response in self.successes]
        found = [r.media_type for r in self.responses if r.key in keys and r.media_type]
        media = list(dict.fromkeys(found))
        if not all(is_json(name) for name in media):
            media.append("*/*;q=0.1")
        return ", ".join(media) or "application/json"

    def _stated(self, status: str) -> Node:
        return self.document.resolve(self.source.node["responses"][status])

    @property
    def imports(self) -> set[str]:
        """Import lines for its signature and result."""
        items = [self._items] if self._items else []
        props = [*self.endpoint.list_all_parameters(), *items]
        return imports_of(props) | body_imports(self.successes)

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

    @property
    def cursors_fit(self) -> bool:
        """Whether a page's ``next_cursor`` can be the next call's ``cursor``."""
        return self._paging is None or _types(self._paging[1]) <= _types(self._paging[0])

    @property
    def _items(self) -> ListProperty | None:
        return self._paging[2] if self._paging else None

    @cached_property
    def _paging(self) -> tuple[PropertyProtocol, PropertyProtocol, ListProperty] | None:
        """The ``cursor`` parameter, and ``next_cursor`` and ``items`` of the page."""
        cursor = next(
            (p for p in self.endpoint.query_parameters if _wire_name(p) == "cursor"), None
        )
        page = self.successes[0].prop
        if cursor is None or len(self.successes) > 1 or not isinstance(page, ModelProperty):
            return None
        parts = {_wire_name(prop): prop for prop in members(page)}
        following, items = parts.get("next_cursor"), _list_in(parts.get("items"))
        return (cursor, following, items) if following and items else None


def _wire_name(prop: PropertyProtocol) -> str:
    return prop.name.get_untrusted_value()


def _list_in(prop: PropertyProtocol | None) -> ListProperty | None:
    return next((p for p in alternatives(prop) if isinstance(p, ListProperty)), None)


def _types(prop: PropertyProtocol) -> set[str]:
    names = {p.get_base_type_string().as_unembedded_code() for p in alternatives(prop)}
    return names - {"None"}
