"""Read a document; look up its operations, references and security schemes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from attrs import frozen
from ruamel.yaml.error import YAMLError

from codegen.errors import DocumentError
from codegen.read.parsing import from_json, from_yaml
from codegen.read.syntax_errors import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_IGNORED: Final = frozenset({"accept", "content-type"})
"""Header parameters that OpenAPI 3.0 ignores: the media types of the bodies stand for them."""
_VERSION: Final = re.compile(
    rb"""(?:\A(?:\xef\xbb\xbf)?\s*\{?\s*|^)["']?(?:openapi|swagger)["']?"""
    rb"""[ \t]*:[ \t]*["']?([^\s"',#}]+)""",
    re.MULTILINE,
)
Node = dict[str, Any]


@frozen
class Operation:
    """One operation, as the document has it."""

    path: str
    method: str
    node: Node
    item: Node

    @property
    def where(self) -> str:
        """Method and path, as messages name the operation: ``GET /me``."""
        return f"{self.method.upper()} {self.path}"

    @property
    def servers(self) -> list[Node]:
        """The servers of the operation, else of its path; upstream's parser ignores both."""
        return nodes(self.node, "servers") or nodes(self.item, "servers")


@frozen
class Document:
    """A parsed document.

    Attributes:
        data: The content; an unquoted date is text.
        json: ``data`` as JSON.
        source: The bytes of the file.
    """

    data: Node
    json: str
    source: bytes

    def operations(self) -> Iterator[Operation]:
        """Every operation, in the document's order of paths."""
        for path, item in node(self.data, "paths").items():
            for method in METHODS:
                if path.startswith("/") and method in item:
                    yield Operation(path, method, item[method], item)

    def target(self, reference: str) -> object:
        """Return the target of *reference* (``#/components/…``).

        Raises:
            LookupError: There is no such target.
        """
        found: Any = self.data
        for step in reference.removeprefix("#/").split("/"):
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            found = found[int(name) if isinstance(found, list) else name]
        return found

    def resolve(self, found: Node) -> Node:
        """Follow ``$ref`` until there is none.

        Raises:
            RecursionError: The references lead round in a circle.
        """
        return self.resolve(cast("Node", self.target(found["$ref"]))) if "$ref" in found else found

    def parameters(self, operation: Operation) -> list[Node]:
        """Return the parameters of an operation and its path; the operation's take precedence.

        One that is described by content which is JSON has the schema of that content, and a style
        that OpenAPI has no name for: ``json``. Those of ``_IGNORED`` are left out.
        """
        both = nodes(operation.node, "parameters") + nodes(operation.item, "parameters")
        resolved: dict[tuple[str, str], Node] = {}
        for found in map(self.resolve, both):
            if found["in"] == "header" and found["name"].lower() in _IGNORED:
                continue
            resolved.setdefault((found["in"], found["name"]), _with_schema(found))
        return list(resolved.values())

    def responses(self, operation: Operation) -> dict[str, Node]:
        """Return the responses of an operation, by status.

        ``default`` is that of every status without one, so of successes too if none is described.
        """
        stated = node(operation.node, "responses")
        found = {
            status: self.resolve(each) for status, each in stated.items() if status[:2] != "x-"
        }
        if "default" in found and not any(status.startswith("2") for status in found):
            return {"2XX": found["default"], **found}
        return found

    def is_token_endpoint(self, operation: Operation) -> bool:
        """Return whether the URL of *operation* is the ``tokenUrl`` of an OAuth scheme."""
        return any(
            s["url"].rstrip("/") + operation.path in self._token_urls for s in operation.servers
        )

    @property
    def schemes(self) -> dict[str, Node]:
        """The security schemes, by name."""
        schemes = node(node(self.data, "components"), "securitySchemes")
        return {name: self.resolve(scheme) for name, scheme in schemes.items()}

    @property
    def _token_urls(self) -> set[str]:
        flows = [flow for s in self.schemes.values() for flow in node(s, "flows").values()]
        return {flow["tokenUrl"] for flow in flows if "tokenUrl" in flow}


def node(parent: Node, key: str) -> Node:
    """Return the mapping under *key*, an empty one if there is none."""
    return cast("Node", parent.get(key, {}))


def nodes(parent: Node, key: str) -> list[Node]:
    """Return the list of mappings under *key*, an empty one if there is none."""
    return cast("list[Node]", parent.get(key, []))


def picked(parent: Node, *keys: str) -> Node:
    """Return the members of a mapping that are among *keys*."""
    return {key: parent[key] for key in keys if key in parent}


def verify_version(version: object) -> None:
    """Check that *version* is a version of OpenAPI 3.0.

    Raises:
        DocumentError: It is not.
    """
    if not str(version).startswith("3.0."):
        stated = "no version" if version is None else version
        fix = "write 3.0.3, which every generator supports"
        if version is not None and str(version) != "3.0":
            fix = "convert the document to 3.0.3, which every generator supports"
        raise DocumentError([f"openapi: {stated}: {fix}"])


def load(path: Path) -> Document:
    """Read a YAML or JSON document.

    Raises:
        DocumentError: The file cannot be read, or JSON cannot represent it, or a key is repeated,
            or its version is not OpenAPI 3.0, which is looked at first.
    """
    try:
        source = path.read_bytes()
        if stated := _VERSION.search(source):
            verify_version(stated[1].decode("utf-8", "replace"))
        read = from_json if path.suffix == ".json" else from_yaml
        data = read(source)
        if isinstance(data, dict) and "openapi" in data:
            verify_version(cast("Node", data)["openapi"])
        text = f"{json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)}\n"
        text.encode()
    except OSError as error:
        raise DocumentError([f"{path}: cannot be read: {error.strerror}"]) from error
    except (YAMLError, UnicodeError, ValueError, TypeError, RecursionError) as error:
        raise DocumentError([f"{path}: does not parse: {words(error)}"]) from error
    if not isinstance(data, dict):
        raise DocumentError([f"{path}: is not an OpenAPI document: it must be a mapping"])
    return Document(cast("Node", data), text, source)


def _with_schema(parameter: Node) -> Node:
    for media, described in node(parameter, "content").items():
        name = media.partition(";")[0].strip().lower()
        if name == "application/json" or name.endswith("+json"):
            return {**parameter, **described, "style": "json"}
    return parameter
