"""The API as its OpenAPI document describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Final
from urllib.parse import unquote

from .messages import JsonObject, as_list, as_object
from .operation import Operation, Route

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Document:
    """An OpenAPI 3.0 document, parsed.

    Attributes:
        token_operation: The operationId of the token endpoint.
    """

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self.token_operation = "requestToken"  # noqa: S105  # no secret, a name
        self._routes = sorted(self._read_routes(), key=lambda route: route.concreteness)

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
        for route in self._routes:
            yield from route.operations.values()

    def find(self, path: str) -> dict[str, Operation] | None:
        """Return the operations at *path*, by method; None: there is no such path."""
        for route in self._routes:
            if route.pattern.fullmatch(path):
                return route.operations
        return None

    def _read_routes(self) -> Iterator[Route]:
        for path, node in as_object(self._root.get("paths")).items():
            item = self.resolve(node)
            found = {
                method.upper(): self._read_operation(method.upper(), path, item)
                for method in METHODS
                if method in item
            }
            if self._is_token_endpoint(path, item):
                self.token_operation = next(iter(found.values())).operation_id
            else:
                yield Route(path, found)

    def _read_operation(self, method: str, path: str, item: JsonObject) -> Operation:
        node = as_object(item[method.lower()])
        alternatives = as_list(node.get("security", self._root.get("security")))
        return Operation(
            operation_id=str(node.get("operationId", f"{method} {path}")),
            path=path,
            secured=bool(alternatives) and {} not in alternatives,
            responses=as_object(node.get("responses")),
            resolve=self.resolve,
        )

    def _is_token_endpoint(self, path: str, item: JsonObject) -> bool:
        urls = {str(as_object(server).get("url")) for server in as_list(item.get("servers"))}
        schemes = as_object(as_object(self._root.get("components")).get("securitySchemes"))
        return any(
            as_object(flow).get("tokenUrl") in {url.rstrip("/") + path for url in urls}
            for scheme in schemes.values()
            for flow in as_object(self.resolve(scheme).get("flows")).values()
        )
