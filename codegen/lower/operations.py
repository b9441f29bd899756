"""Operations with everything in place: no reference but to a schema, no media type unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from codegen.errors import DocumentError
from codegen.lower.lowered import Lowered
from codegen.naming.member_names import Name, parameter_names
from codegen.naming.names import operation_names, python_name, tag_name
from codegen.read import media
from codegen.read.document import Document, node, picked
from codegen.read.security import needs_token

if TYPE_CHECKING:
    from codegen.lower.schemas import SchemaLowering
    from codegen.read.document import Node, Operation

_DOCUMENTED: Final[tuple[str, ...]] = ("summary", "description", "deprecated")
_IN_HEADERS: Final = frozenset({"boolean", "integer", "number", "string"})
_READ_IN_PATH: Final = re.compile("[A-Za-z_-][A-Za-z0-9_-]*")
_WITHOUT_BODY: Final = frozenset({"204", "205"})
_BYTES: Final = {"type": "string", "format": "binary"}


class OperationLowering:
    """Rewrites the operations of a document."""

    def __init__(
        self,
        document: Document,
        data: Node,
        *,
        responses: SchemaLowering,
        requests: SchemaLowering,
        forms: SchemaLowering,
    ) -> None:
        self._document = Document(data, document.json, document.source)
        self._responses = responses
        self._requests = requests
        self._forms = forms
        self._names = operation_names(self._document)
        self._parameters: dict[tuple[str, str], Name] = {}
        self._bodies: dict[str, str] = {}

    def paths(self) -> Node:
        """Return the paths for upstream."""
        paths: Node = {}
        for operation in self._document.operations():
            name = self._names[operation.where]
            for lowering in (self._responses, self._requests, self._forms):
                lowering.where = operation.where
            path, made = self._operation(operation, name)
            paths.setdefault(path, {})[operation.method] = made
        return paths

    def lowered(self, paths: Node, schemas: dict[str, Node]) -> Lowered:
        """Return the whole document.

        Raises:
            DocumentError: Names the schemas that have no value.
        """
        lowerings = (self._responses, self._requests, self._forms)
        if complaints := [words for each in lowerings for words in each.complaints]:
            raise DocumentError(complaints)
        info = self._document.data["info"]
        data = {
            "openapi": "3.0.3",
            "info": info,
            "paths": paths,
            "components": {"schemas": schemas},
        }
        return Lowered(
            data,
            {name: where for where, name in self._names.items()},
            self._parameters,
            {key: name for each in reversed(lowerings) for key, name in each.members.items()},
            self._bodies,
        )

    def _operation(self, operation: Operation, name: str) -> tuple[str, Node]:
        made = picked(operation.node, *_DOCUMENTED)
        made |= {"operationId": name, "tags": [tag_name(self._document, operation.node["tags"][0])]}
        made["security"] = [{"token": []}] if needs_token(self._document, operation) else []
        parameters, stand_ins = self._all_parameters(operation, name)
        path = re.sub(r"\{(.+?)\}", lambda m: f"{{{stand_ins.get(m[1], m[1])}}}", operation.path)
        made |= {"parameters": parameters} if parameters else {}
        if body := node(operation.node, "requestBody"):
            made["requestBody"] = self._body(self._document.resolve(body), name)
        made["responses"] = {
            status: self._response(operation, response, status)
            for status, response in self._document.responses(operation).items()
            if not status.startswith(("1", "3"))
        }
        return path, made

    def _all_parameters(self, operation: Operation, name: str) -> tuple[list[Node], dict[str, str]]:
        made: list[Node] = []
        stand_ins: dict[str, str] = {}
        parameters = self._document.parameters(operation)
        names = parameter_names(parameters)
        for i, (parameter, python) in enumerate(zip(parameters, names, strict=True)):
            key, place = parameter["name"], parameter["in"]
            schema = self._parameter_schema(parameter, name)
            moved = place == "header" and not _fits_header(schema)
            clobbers = schema.get("type") == "array" and any(
                other.startswith(f"{python}_item") for other in names
            )
            unread = place == "path" and not _READ_IN_PATH.fullmatch(key)
            if python != python_name(key) or moved or clobbers or unread:
                self._parameters[name, f"parameter_{i}_renamed"] = Name(key, python, place)
                stand_ins |= {key: f"parameter_{i}_renamed"} if place == "path" else {}
                key = f"parameter_{i}_renamed"
            required = parameter.get("required", False)
            there = "query" if moved else place
            made.append({"name": key, "in": there, "required": required, "schema": schema})
        return made, stand_ins

    def _parameter_schema(self, parameter: Node, name: str) -> Node:
        found = self._requests.use(parameter["schema"], name, parameter["name"])
        if parameter["in"] != "path" or "oneOf" not in found:
            return found
        found["oneOf"] = [each for each in found["oneOf"] if each != {"type": "null"}]
        return found

    def _body(self, body: Node, name: str) -> Node:
        content = node(body, "content")
        chosen, kind = media.used(self._document, content)
        self._bodies[name] = media.sent_as(chosen, kind)
        lowering = self._forms if kind == "multipart/form-data" else self._requests
        stated = node(content[chosen], "schema")
        if kind == media.TEXT:
            kind, schema = media.JSON, {"type": "string"}
        elif kind == media.BYTES:
            schema = dict(_BYTES)
        else:
            schema = lowering.use(stated, name, "body")
        return {"required": body.get("required", False), "content": {kind: {"schema": schema}}}

    def _response(self, operation: Operation, response: Node, status: str) -> Node:
        content = node(response, "content")
        made: dict[str, Any] = {"description": response["description"]}
        if not content or status in _WITHOUT_BODY or operation.method == "head":
            return made
        name = self._names[operation.where]
        _, kind = media.used(self._document, content)
        if kind == media.TEXT:
            schema: Node = {"type": "string"}
        elif kind == media.BYTES:
            schema = dict(_BYTES)
        else:
            stated = _of_success if status.startswith("2") else _of_error
            schema = self._responses.use(stated(content), name, f"response_{status}")
        return {**made, "content": {kind: {"schema": schema}}}


def _of_success(content: Node) -> Node:
    """Return the schema of the media type that is asked for."""
    return node(content[media.preferred(content)], "schema")


def _of_error(content: Node) -> Node:
    """Return the schema of any JSON: a server chooses the media type of an error."""
    names = [name for name in content if media.kind(name) == media.JSON]
    found = [each for name in names if (each := node(content[name], "schema"))]
    distinct = [each for i, each in enumerate(found) if each not in found[:i]]
    return {"oneOf": distinct} if len(distinct) > 1 else _of_success(content)


def _fits_header(schema: Node) -> bool:
    """Return whether upstream takes *schema* for a header field; else it is moved after it has."""
    return schema.get("type") in _IN_HEADERS and schema.get("format") not in {"date", "date-time"}
