"""One operation of the document, and its response: the first example of its success."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import parse_qs

from .messages import JsonObject, Response, as_list, as_object, dump

_FRAMING: Final = frozenset(
    {"connection", "content-encoding", "content-length", "content-type", "transfer-encoding"}
)


class NoExampleError(Exception):
    """The document shows no example; the message names what lacks one."""


@dataclass
class Route:
    """A path template and its operations, by method."""

    path: str
    operations: dict[str, Operation]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a path as sent; a parameter stays within its segment."""
        parts = re.split(r"\{[^{}]*\}", self.path)
        return re.compile("[^/]+".join(re.escape(part) for part in parts))

    @property
    def concreteness(self) -> list[bool]:
        """Sorts ``/widgets/find`` before ``/widgets/{id}``."""
        return ["{" in segment for segment in self.path.split("/")]


@dataclass(kw_only=True)
class Operation:
    """An operation of the document; *resolve* follows a ``$ref`` of the document."""

    operation_id: str
    path: str
    secured: bool
    responses: JsonObject
    resolve: Callable[[object], JsonObject]

    @cached_property
    def status(self) -> int:
        """The lowest documented success; 200 where none is named exactly."""
        return min(
            (int(code) for code in self.responses if re.fullmatch("2[0-9]{2}", code)), default=200
        )

    def respond(self, query: str, *, members: JsonObject) -> Response:
        """Return the documented example, with *members* in place of its own.

        Raises:
            NoExampleError: The body is JSON, and the document shows no example of it.
        """
        response = self._documented
        kinds = as_object(response.get("content"))
        kind = next((name for name in kinds if _is_json(name)), next(iter(kinds), None))
        headers = dict(self._headers(response))
        if kind is None:
            return Response(status=self.status, headers=headers)
        media = as_object(kinds[kind])
        value = self._example(kind, media)
        if members:
            value = as_object(value) | members
        elif parse_qs(query).get("cursor"):
            value = self._last_page(value, media.get("schema"))
        as_text = isinstance(value, str) and not _is_json(kind)
        any_type = "application/octet-stream" if as_text else "application/json"
        headers["Content-Type"] = any_type if "*" in kind else kind
        body = str(value).encode() if as_text else dump(value)
        return Response(status=self.status, headers=headers, body=body)

    @property
    def _documented(self) -> JsonObject:
        for code in (str(self.status), "2XX", "default"):
            if code in self.responses:
                return self.resolve(self.responses[code])
        return {}

    def _example(self, kind: str, media: JsonObject) -> object:
        for value in self._shown(media):
            return value
        if not _is_json(kind):
            return ""
        raise NoExampleError(
            f"the OpenAPI document shows no example of the response {self.status} ({kind}) "
            f"of {self.operation_id}: add one"
        )

    def _shown(self, node: JsonObject) -> Iterator[object]:
        """The documented examples of a media type or header, or that of its schema."""
        for each in as_object(node.get("examples")).values():
            example = self.resolve(each)
            if "value" in example:
                yield example["value"]
        for holder in (node, self.resolve(node.get("schema"))):
            if "example" in holder:
                yield holder["example"]

    def _headers(self, response: JsonObject) -> Iterator[tuple[str, str]]:
        for name, node in as_object(response.get("headers")).items():
            if name.lower() not in _FRAMING:
                for value in [*self._shown(self.resolve(node))][:1]:
                    yield name, str(value)

    def _last_page(self, page: object, schema: object) -> object:
        """Return *page* without its ``next_cursor``, so that iterating over pages ends."""
        members = as_object(page)
        if "next_cursor" not in members:
            return page
        rest = {name: members[name] for name in members if name != "next_cursor"}
        parts = list(self._parts(schema))
        if not any("next_cursor" in as_list(part.get("required")) for part in parts):
            return rest
        cursors = [as_object(part.get("properties")).get("next_cursor") for part in parts]
        nullable = any(self.resolve(cursor).get("nullable") is True for cursor in cursors)
        return rest | {"next_cursor": None if nullable else type(members["next_cursor"])()}

    def _parts(self, schema: object) -> Iterator[JsonObject]:
        """A schema, and the parts of its ``allOf``."""
        found = self.resolve(schema)
        yield found
        for part in as_list(found.get("allOf")):
            yield from self._parts(part)


def _is_json(kind: str) -> bool:
    essence = kind.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
