"""What upstream's generator ignores or handles wrongly, without a warning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from codegen.document import node, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.document import Document, Node, Operation

_DEFAULT_STYLES: Final = {"query": "form", "path": "simple", "header": "simple"}
_OUR_HEADERS: Final = frozenset({"accept", "authorization", "content-type", "cookie", "host"})


def complaints(document: Document) -> Iterator[str]:
    """Yield what upstream's generator does not support, operation by operation."""
    if "security" in document.data:
        yield "the document: security at the root is ignored: state it on each operation"
    for operation in document.operations():
        for words in [
            *_identity(operation),
            *_servers(document, operation),
            *_security(document, operation),
            *_parameters(document, operation),
            *_body(document, operation),
            *_responses(document, operation),
        ]:
            yield f"{operation.where}: {words}"


def _identity(operation: Operation) -> Iterator[str]:
    if not operation.node.get("operationId"):
        yield "no operationId: add one, it names the method"
    tags = operation.node.get("tags", [])
    if not tags:
        yield "no tag: add one, it names the namespace"
    if len(tags) > 1:
        yield f"{len(tags)} tags: keep one, an operation belongs to one namespace"


def _servers(document: Document, operation: Operation) -> Iterator[str]:
    if operation.servers and not document.is_token_endpoint(operation):
        yield "servers of its own are ignored: only the token endpoint's may differ"


def _security(document: Document, operation: Operation) -> Iterator[str]:
    if "security" not in operation.node:
        yield "no security: add it (`security: []` where no token is needed)"
    for name in sorted({name for needed in nodes(operation.node, "security") for name in needed}):
        scheme = document.schemes.get(name)
        if scheme is None:
            yield f"security {name} is not among the securitySchemes: define it"
        elif scheme["type"] not in {"oauth2", "openIdConnect"} and scheme.get("scheme") != "bearer":
            yield f"security {name} is not a bearer token: the SDK sends nothing else"


def _parameters(document: Document, operation: Operation) -> Iterator[str]:
    for parameter in document.parameters(operation):
        what = f"{parameter['in']} parameter {parameter['name']}"
        for words in _parameter(document, parameter):
            yield f"{what}: {words}"


def _parameter(document: Document, parameter: Node) -> Iterator[str]:
    place = parameter["in"]
    if place == "cookie":
        yield "cookies are not supported: use a header field"
        return
    if "schema" not in parameter:
        yield "content is ignored: describe it by a schema"
        return
    if place == "header" and parameter["name"].lower() in _OUR_HEADERS:
        yield "the SDK sets this header field itself: remove it"
    if parameter.get("allowReserved"):
        yield "allowReserved is ignored: remove it"
    compound = _is_compound(document, parameter["schema"])
    if compound and place != "query":
        yield "lists and objects are supported in a query only: use a string"
    if parameter.get("style", _DEFAULT_STYLES[place]) != _DEFAULT_STYLES[place]:
        yield f"style {parameter['style']} is ignored: only {_DEFAULT_STYLES[place]} is supported"
    if compound and parameter.get("explode") is False:
        yield "explode: false is ignored: the parameter is repeated, once for each item"


def _is_compound(document: Document, schema: Node) -> bool:
    return document.resolve(schema).get("type") in {"array", "object"}


def _body(document: Document, operation: Operation) -> Iterator[str]:
    content = node(document.resolve(node(operation.node, "requestBody")), "content")
    if len(content) > 1:
        yield f"several request content types ({', '.join(content)}): keep one"
    for name, media in content.items():
        if "encoding" in media:
            yield f"request body {name}: encoding is ignored: remove it"


def _responses(document: Document, operation: Operation) -> Iterator[str]:
    responses = node(operation.node, "responses")
    if not any(re.fullmatch(r"2\d\d", status) for status in responses):
        yield "no 2xx response: describe the response of a success, such as 200"
    for status, response in responses.items():
        if not re.fullmatch(r"[245]\d\d", status):
            yield f"response {status}: name the statuses one by one (2xx, 4xx or 5xx)"
        content = node(document.resolve(response), "content")
        if len(content) > 1:
            yield f"response {status}: several content types ({', '.join(content)}): keep one"
        for name, media in content.items():
            if "schema" not in media:
                yield f"response {status}: {name} without a schema is ignored: add one"
