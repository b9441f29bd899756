"""Read the document, and walk its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Node = dict[str, Any]


@frozen
class Operation:
    """One operation of the document, as it is written there."""

    path: str
    method: str
    node: Node
    item: Node

    @property
    def where(self) -> str:
        """The place, for complaints: ``GET /me``."""
        return f"{self.method.upper()} {self.path}"


@frozen
class Document:
    """A parsed document: ``data`` for us, ``upstream`` exactly as upstream's tool would read it."""

    data: Node
    upstream: Node

    def operations(self) -> Iterator[Operation]:
        """Every operation, in the document's order of paths."""
        for path, item in self.data["paths"].items():
            for method in METHODS:
                if method in item:
                    yield Operation(path, method, item[method], item)

    def resolve(self, node: Node) -> Node:
        """Follow ``$ref`` until there is none."""
        while "$ref" in node:
            target: Any = self.data
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def is_token_endpoint(self, operation: Operation) -> bool:
        """Whether its server and path make the ``tokenUrl`` of a security scheme."""
        servers = operation.node.get("servers") or operation.item.get("servers") or []
        return any(
            server["url"].rstrip("/") + operation.path in self.token_urls for server in servers
        )

    @property
    def token_urls(self) -> set[str]:
        """The ``tokenUrl`` of every OAuth flow of the document."""
        schemes = self.data.get("components", {}).get("securitySchemes", {})
        flows = [flow for scheme in schemes.values() for flow in scheme.get("flows", {}).values()]
        return {flow["tokenUrl"] for flow in flows if "tokenUrl" in flow}


def load(path: Path) -> Document:
    """Read a YAML or JSON document."""
    from ruamel.yaml import YAML  # noqa: PLC0415

    source = path.read_bytes()
    return Document(data=YAML(typ="safe").load(source), upstream=YAML(typ="safe").load(source))
