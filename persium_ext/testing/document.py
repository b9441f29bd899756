"""The examples in openapi.yaml, as it is packaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from persium_ext._http.content import is_json
from persium_ext.sandbox.document import METHODS, Document, example_headers, examples_in
from persium_ext.sandbox.messages import JsonObject, as_list, as_object

REQUEST: Final = "request"


class Example(NamedTuple):
    """A request body or a response of an operation.

    Attributes:
        operation: Its operationId.
        status: The status as the document names it: ``200``, ``4XX``, ``default``; else REQUEST.
        headers: The header fields that have an example.
        media_type: Empty: there is no body.
        value: The body: JSON, or text.
    """

    operation: str
    status: str
    headers: dict[str, str]
    media_type: str
    value: object

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        if not self.media_type:
            return b""
        as_text = isinstance(self.value, str) and not is_json(self.media_type)
        return (str(self.value) if as_text else json.dumps(self.value)).encode()


class Examples:
    """The document, and what it shows."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._document = Document(root)
        self.token_operation = self._document.token_operation
        self.all = list(self._read())

    @property
    def base_url(self) -> str:
        """The first server of the API."""
        first, *_ = [*as_list(self._root.get("servers")), None]
        return str(as_object(first).get("url", ""))

    def of(self, operation: str, status: str | None) -> Example:
        """Return the first example of a response; an empty response if there is none."""
        found = (each for each in self.all if (each.operation, each.status) == (operation, status))
        return next(found, Example(operation, str(status), {}, "", None))

    def _read(self) -> Iterator[Example]:
        resolve = self._document.resolve
        for item in map(resolve, as_object(self._root.get("paths")).values()):
            for node in (as_object(item[method]) for method in METHODS if method in item):
                bodies = {REQUEST: node.get("requestBody"), **as_object(node.get("responses"))}
                for status, body in bodies.items():
                    yield from self._of_body(str(node.get("operationId")), status, resolve(body))

    def _of_body(self, operation: str, status: str, body: JsonObject) -> Iterator[Example]:
        resolve = self._document.resolve
        headers = dict(example_headers(body, resolve))
        kinds = as_object(body.get("content"))
        for kind in sorted(kinds, key=is_json, reverse=True):
            for value in examples_in(as_object(kinds[kind]), resolve):
                yield Example(operation, status, {**headers, "Content-Type": kind}, kind, value)
        yield Example(operation, status, headers, "", None)


@cache
def packaged() -> Examples:
    """Return the examples of the packaged document."""
    source = resources.files("persium_api") / "openapi.json"
    return Examples(as_object(json.loads(source.read_text(encoding="utf-8"))))
