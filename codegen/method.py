"""One method of the facade: an endpoint of upstream's parser and its operation in the document."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty

from codegen.document import node
from codegen.responses import (
    alternatives,
    body_imports,
    imports_of,
    status_of,
    type_of,
    union,
)
from codegen.upstream import members

if TYPE_CHECKING:
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response

    from codegen.document import Document, Operation


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
    def accept(self) -> str:
        """The media types of a success that are not JSON, as ``Accept`` names them."""
        responses = self.source.node["responses"]
        found = [self.document.resolve(responses[str(status)]) for status in self.success_statuses]
        media = dict.fromkeys(name for response in found for name in node(response, "content"))
        return ", ".join(name for name in media if "json" not in name)

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
        cursor = next((p for p in self.endpoint.query_parameters if p.name == "cursor"), None)
        page = self.successes[0].prop
        if cursor is None or len(self.successes) > 1 or not isinstance(page, ModelProperty):
            return None
        parts = {prop.name.get_untrusted_value(): prop for prop in members(page)}
        following, items = parts.get("next_cursor"), _list_in(parts.get("items"))
        return (cursor, following, items) if following and items else None


def _list_in(prop: PropertyProtocol | None) -> ListProperty | None:
    return next((p for p in alternatives(prop) if isinstance(p, ListProperty)), None)


def _types(prop: PropertyProtocol) -> set[str]:
    names = {p.get_base_type_string().as_unembedded_code() for p in alternatives(prop)}
    return names - {"None"}
