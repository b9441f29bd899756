"""The API as its OpenAPI document describes it; its responses are the documented examples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final
from urllib.parse import parse_qs, unquote

from .messages import JsonObject, Response, as_list, as_object, dump

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FRAMING: Final = frozenset(
    {"connection", "content-encoding", "content-length", "content-type", "transfer-encoding"}
)


class Document:
    """An OpenAPI 3.0 document, parsed.

    Attributes:
        token_operation: The operationId of the token endpoint.
    """

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self.token_operation = "requestToken"  # noqa: S105  # no secret, a name
        self._paths = dict(sorted(self._read_paths(), key=lambda each: concreteness(each[0])))

    @classmethod
    def packaged(cls) -> Document:
        """Read the document in ``persium_api``."""
        source = resources.files("persium_api") / "openapi.json"
        return cls(as_object(json.loads(source.read_text(encoding="utf-8"))))

    def resolve(self, node: object) -> JsonObject:
        """Follow ``$ref`` until there is none.

        Raises:
            LookupError: The target does not exist, or is outside the document.
        """
        found = as_object(node)
        while isinstance(reference := found.get("$ref"), str):
            if not reference.startswith("#/"):
                raise LookupError(f"$ref to outside the document: {reference}")
            target: object = self._root
            for step in reference[2:].split("/"):
                target = as_object(target)[unquote(step).replace("~1", "/").replace("~0", "~")]
            found = as_object(target)
        return found

    @property
    def operations(self) -> Iterator[Operation]:
        """The API's operations, without the token endpoint."""
        for operations in self._paths.values():
            yield from operations.values()

    def find(self, path: str) -> dict[str, Operation] | None:
        """Return the operations at *path*, by method; None: there is no such path."""
        for template, operations in self._paths.items():
            if re.fullmatch(pattern_of(template), path):
                return operations
        return None

    def _read_paths(self) -> Iterator[tuple[str, dict[str, Operation]]]:
        for path, node in as_object(self._root.get("paths")).items():
            item = self.resolve(node)
            found = {
                method.upper(): self._read_operation(method.upper(), path, as_object(item[method]))
                for method in METHODS
                if method in item
            }
            if self._is_token_endpoint(path, item):
                self.token_operation = next(iter(found.values())).operation_id
            else:
                yield path, found

    def _read_operation(self, method: str, path: str, node: JsonObject) -> Operation:
        alternatives = as_list(node.get("security", self._root.get("security")))
        return Operation(
            operation_id=str(node.get("operationId", f"{method} {path}")),
            path=path,
            secured=bool(alternatives) and {} not in alternatives,
            responses=as_object(node.get("responses")),
            resolve=self.resolve,
        )

    def _is_token_endpoint(self, path: str, item: JsonObject) -> bool:
        servers = as_list(item.get("servers"))
        urls = {str(as_object(each).get("url")).rstrip("/") + path for each in servers}
        schemes = as_object(as_object(self._root.get("components")).get("securitySchemes"))
        flows = (self.resolve(scheme).get("flows") for scheme in schemes.values())
        return any(
            as_object(flow).get("tokenUrl") in urls
            for each in flows
            for flow in as_object(each).values()
        )


def pattern_of(path: str) -> str:
    """Return a regular expression for *path* as sent; a parameter stays within its segment."""
    return "[^/]+".join(map(re.escape, re.split(r"\{[^{}]*\}", path)))


def concreteness(path: str) -> list[bool]:
    """Sorts ``/widgets/find`` before ``/widgets/{id}``."""
    return ["{" in segment for segment in path.split("/")]


class NoExampleError(Exception):
    """The document shows no example; the message names what lacks one."""


@dataclass(kw_only=True)
class Operation:
    """An operation of the document; *resolve* follows a ``$ref`` of the document."""

    operation_id: str
    path: str
    secured: bool
    responses: JsonObject
    resolve: Callable[[object], JsonObject]

    @property
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
        codes = [code for code in (str(self.status), "2XX", "default") if code in self.responses]
        response = self.resolve(self.responses[codes[0]] if codes else {})
        kinds = as_object(response.get("content"))
        kind = next((name for name in kinds if _is_json(name)), next(iter(kinds), None))
        headers = dict(example_headers(response, self.resolve))
        if kind is None:
            return Response(status=self.status, headers=headers)
        value = self._example(kind, as_object(kinds[kind]))
        if members:
            value = as_object(value) | members
        elif parse_qs(query).get("cursor"):
            value = _last_page(value)
        as_text = isinstance(value, str) and not _is_json(kind)
        any_type = "application/octet-stream" if as_text else "application/json"
        headers["Content-Type"] = any_type if "*" in kind else kind
        body = str(value).encode() if as_text else dump(value)
        return Response(status=self.status, headers=headers, body=body)

    def _example(self, kind: str, media: JsonObject) -> object:
        for value in examples_in(media, self.resolve):
            return value
        if not _is_json(kind):
            return ""
        raise NoExampleError(
            f"the OpenAPI document shows no example of the response {self.status} ({kind}) "
            f"of {self.operation_id}: add one"
        )


def examples_in(node: JsonObject, resolve: Callable[[object], JsonObject]) -> Iterator[object]:
    """Yield the examples of a media type or header, or that of its schema."""
    for each in as_object(node.get("examples")).values():
        example = resolve(each)
        if "value" in example:
            yield example["value"]
    for holder in (node, resolve(node.get("schema"))):
        if "example" in holder:
            yield holder["example"]


def example_headers(
    response: JsonObject, resolve: Callable[[object], JsonObject]
) -> Iterator[tuple[str, str]]:
    """Yield the header fields of a response that have an example."""
    for name, node in as_object(response.get("headers")).items():
        if name.lower() not in _FRAMING:
            for value in [*examples_in(resolve(node), resolve)][:1]:
                yield name, str(value)


def _last_page(page: object) -> object:
    """Return *page* with an empty ``next_cursor``, if it has one: iterating over pages ends."""
    members = as_object(page)
    if "next_cursor" not in members:
        return page
    return members | {"next_cursor": type(members["next_cursor"])()}


def _is_json(kind: str) -> bool:
    essence = kind.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
