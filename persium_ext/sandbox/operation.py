"""One operation of the document, and what it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol
from urllib.parse import parse_qs

from ._examples import ExampleMaker
from .json_values import JsonObject, as_object, dump
from .messages import Reply

_OURS: Final = frozenset(
    {"connection", "content-encoding", "content-length", "content-type", "transfer-encoding"}
)


class Source(Protocol):
    """What an operation needs of its document."""

    maker: ExampleMaker

    def resolve(self, node: object) -> JsonObject:
        """Follow ``$ref`` until there is none."""
        ...

    def shown(self, node: JsonObject) -> list[object]:
        """Return the documented examples of a media type or header."""
        ...

    def example(self, node: JsonObject) -> object:
        """Return the first documented example, else one that fits the schema."""
        ...


@dataclass
class Route:
    """A path template and what can be done there."""

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
    """An operation of the document."""

    operation_id: str
    method: str
    path: str
    secured: bool
    responses: JsonObject
    document: Source

    @cached_property
    def status(self) -> int:
        """The lowest documented success; 200 where none is named exactly."""
        return min(
            (int(code) for code in self.responses if re.fullmatch("2[0-9]{2}", code)), default=200
        )

    @cached_property
    def _response(self) -> JsonObject:
        for code in (str(self.status), "2XX", "default"):
            if code in self.responses:
                return self.document.resolve(self.responses[code])
        return {}

    @cached_property
    def _media(self) -> tuple[str, JsonObject] | None:
        kinds = as_object(self._response.get("content"))
        name = next((kind for kind in kinds if _is_json(kind)), next(iter(kinds), None))
        return None if name is None else (name, as_object(kinds[name]))

    def reply(self, query: str, *, changes: JsonObject | None = None) -> Reply:
        """Answer with the example, *changes* put into it.

        Raises:
            NoExampleError: There is none, and none could be made.
        """
        headers = self._headers
        if self._media is None:
            return Reply(status=self.status, headers=headers)
        kind, media = self._media
        value = self.document.example(media)
        if changes:
            value = as_object(value) | changes
        elif parse_qs(query).get("cursor"):
            value = self._last_page(value, media.get("schema"))
        headers |= {"Content-Type": "application/octet-stream" if "*" in kind else kind}
        as_text = isinstance(value, str) and not _is_json(kind)
        return Reply(
            status=self.status,
            headers=headers,
            body=str(value).encode() if as_text else dump(value),
        )

    @property
    def _headers(self) -> dict[str, str]:
        nodes = as_object(self._response.get("headers"))
        found = {name: self.document.resolve(node) for name, node in nodes.items()}
        return {
            name: str(self.document.example(node))
            for name, node in found.items()
            if name.lower() not in _OURS
            and (node.get("required") is True or self.document.shown(node))
        }

    def _last_page(self, value: object, schema: object) -> object:
        """Lead nowhere from the second page, so that going through all pages ends."""
        page = as_object(value)
        if "next_cursor" not in page:
            return value
        end = self.document.maker.absent(schema, "next_cursor", page["next_cursor"])
        return {key: page[key] for key in page if key != "next_cursor"} | end


def _is_json(kind: str) -> bool:
    essence = kind.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
