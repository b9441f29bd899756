"""One method of the facade: an endpoint of upstream's parser and its operation in the document."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from attrs import frozen

from codegen.generate.paging import Paging, paging_of, wire_name
from codegen.generate.parameter import Field, Parameter, fields
from codegen.generate.responses import (
    body_imports,
    imports_of,
    status_key,
    type_of,
    union,
)
from codegen.read import media
from codegen.read.document import node
from codegen.read.security import needs_token

if TYPE_CHECKING:
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response

    from codegen.read.document import Document, Node, Operation


_IMPORTED: Final = frozenset({"TYPE_CHECKING", "UNSET", "UUID"})
"""Names of a namespace's module that a constant would hide."""


@frozen
class Content:
    """A body: the status it belongs to, its media type and schema; None: there is no body."""

    key: str
    media_type: str
    prop: PropertyProtocol | None


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
        return f"{name}_" if name in _IMPORTED else name

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
            Parameter(str(place), stated[str(place), wire_name(prop)], prop)
            for place, prop in self.endpoint.iter_all_parameters()
        ]

    @cached_property
    def body(self) -> Content | None:
        """The body of its request."""
        if not self.endpoint.bodies:
            return None
        stated = self.document.resolve(self.source.node["requestBody"])
        name = media.sent_as(*media.used(self.document, node(stated, "content")))
        return Content("", name, self.endpoint.bodies[0].prop)

    @property
    def inputs(self) -> list[PropertyProtocol]:
        """What its parameters and its body are made of."""
        body = [self.body.prop] if self.body and self.body.prop else []
        return [*(parameter.prop for parameter in self.parameters), *body]

    @property
    def parts(self) -> dict[str, str]:
        """The media types that parts of a multipart form may have, by name."""
        found = self._encoding("multipart/form-data")
        return {n: each["contentType"] for n, each in found.items() if "contentType" in each}

    @property
    def fields(self) -> list[Field]:
        """The members of a URL-encoded form that are written like parameters of a query."""
        return fields(self._encoding("application/x-www-form-urlencoded"))

    def _encoding(self, media_type: str) -> Node:
        """Return what the document says of the members of a body of *media_type*."""
        stated = self.document.resolve(node(self.source.node, "requestBody"))
        content = node(stated, "content")
        name = media.preferred(content)
        return node(content[name], "encoding") if media.essence(name) == media_type else {}

    @cached_property
    def responses(self) -> list[Content]:
        """Its documented responses, by status."""
        return [
            Content(
                response.status_code.pattern,
                media.preferred(node(self.stated(response.status_code.pattern), "content")),
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
        names = list(dict.fromkeys(found))
        if any(media.kind(name) != media.JSON for name in names):
            names.append("*/*;q=0.1")
        return ", ".join(names) or "application/json"

    def stated(self, status: str) -> Node:
        """Return the response of *status*, as the document has it."""
        return self.document.responses(self.source)[status]

    @property
    def imports(self) -> set[str]:
        """Import lines for its signature and result."""
        items = [self.paging.list] if self.paging else []
        return imports_of([*self.inputs, *items]) | body_imports(self.successes)

    @property
    def iterator(self) -> str:
        """The name of the method that iterates over the items of its pages."""
        return f"iter_{self.name.removeprefix('list_')}"

    @cached_property
    def paging(self) -> Paging | None:
        """How its pages follow one another, if it has some."""
        return paging_of(self.source, self.document, self.successes, self.parameters)
