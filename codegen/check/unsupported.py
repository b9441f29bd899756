"""What has no right client: it is refused, by its place and with a fix."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from codegen.check import notations
from codegen.check.notations import types
from codegen.read import media, security
from codegen.read.document import node, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document, Node, Operation

_OUR_HEADERS: Final = frozenset({"authorization", "content-length"})
_CONNECTION: Final = frozenset({"connection", "cookie", "host", "transfer-encoding"})

_NO_MEDIA_TYPE: Final = "is not a media type: write one, such as application/json"
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def complaints(document: Document) -> Iterator[str]:
    """Yield what cannot be called or read, operation by operation."""
    if not any(document.operations()):
        yield "paths: no operation: add one"
    for operation in document.operations():
        for words in [
            *_identity(operation),
            *_servers(document, operation),
            *security.complaints(document, operation),
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


def _parameters(document: Document, operation: Operation) -> Iterator[str]:
    stated = [document.resolve(each) for each in nodes(operation.node, "parameters")]
    for (place, name), times in Counter((p["in"], p["name"]) for p in stated).items():
        if times > 1:
            yield f"{place} parameter {name}: described {times} times: keep one"
    yield from _of_path(document, operation)
    for parameter in document.parameters(operation):
        what = f"{parameter['in']} parameter {parameter['name']}"
        for words in [*_parameter(parameter), *notations.of_parameter(document, parameter)]:
            yield f"{what}: {words}"


def _of_path(document: Document, operation: Operation) -> Iterator[str]:
    described = {each["name"] for each in document.parameters(operation) if each["in"] == "path"}
    named = dict.fromkeys(re.findall(r"\{(.+?)\}", operation.path))
    for name in named:
        if name not in described:
            yield f"path parameter {name}: it is not described: add it to the parameters"
    for name in sorted(described - named.keys()):
        yield f"path parameter {name}: the path does not have it: add {{{name}}}, or remove it"


def _parameter(parameter: Node) -> Iterator[str]:
    if parameter["in"] not in {"cookie", "header", "path", "query"}:
        yield "not a place of a parameter: write query, header or path"
    elif parameter["in"] == "cookie":
        yield "cookies are not supported: use a header field"
    elif "schema" not in parameter:
        yield "content is not supported: describe it by a schema, or as application/json"
    elif parameter["in"] == "path" and parameter.get("style") == "json":
        yield "JSON in a path is not supported: describe it by a schema, or use the query"
    if parameter["in"] == "header" and parameter["name"].lower() in _OUR_HEADERS | _CONNECTION:
        yield "the SDK sets this header field itself: remove it"
    if parameter["in"] == "header" and not _TOKEN.fullmatch(parameter["name"]):
        yield "is not a name of a header field (RFC 9110, section 5.6.2): use letters, digits and -"


def _body(document: Document, operation: Operation) -> Iterator[str]:
    content = node(document.resolve(node(operation.node, "requestBody")), "content")
    if names := [name for name in content if not media.is_valid(name)]:
        yield f"request body {names[0]!r}: {_NO_MEDIA_TYPE}"
        return
    chosen, kind = media.used(document, content)
    if not chosen:
        if "requestBody" in operation.node:
            yield "request body without a content type: name one, or remove requestBody"
        return
    if len(content) > 1 and kind != media.JSON:
        yield f"several request content types ({', '.join(content)}): keep one, or add JSON"
    elif "*" in chosen and chosen not in media.OPEN:
        any_ = ", or write */*: that of the file is sent" if kind == media.BYTES else ""
        yield f"request body {chosen}: name one media type{any_}"
    for words in notations.of_form(document, kind, content[chosen]):
        yield f"request body {chosen}: {words}"
    if "schema" not in content[chosen]:
        if kind not in {media.TEXT, media.BYTES}:
            yield f"request body {chosen} without a schema: add one"
    elif kind in media.FORMS and not types(document, content[chosen]["schema"]) <= {"object"}:
        yield f"request body {chosen}: a form is an object: write `type: object`"
    else:
        yield from _plain(document, f"request body {chosen}", kind, content[chosen]["schema"])


def _responses(document: Document, operation: Operation) -> Iterator[str]:
    responses = document.responses(operation)
    if not any(re.fullmatch(r"2(\d\d|XX)", status) for status in responses):
        yield "no 2xx response: describe the response of a success, such as 200"
    for status, response in responses.items():
        content = node(response, "content")
        yield from [
            f"response {status}: {name!r}: {_NO_MEDIA_TYPE}"
            for name in content
            if not media.is_valid(name)
        ]
        chosen = media.preferred(content)
        kind = media.kind(chosen) if chosen else ""
        if len({media.kind(name) for name in content}) > 1 and kind != media.JSON:
            names = ", ".join(content)
            yield f"response {status}: several content types ({names}): keep one, or add JSON"
        if status.startswith("2") and kind == media.JSON:
            yield from _beside_json(document, status, content)
        if chosen and "schema" in content[chosen]:
            what = f"response {status}: {chosen}"
            yield from _plain(document, what, kind, content[chosen]["schema"])
        elif chosen and kind not in {media.TEXT, media.BYTES}:
            yield f"response {status}: {chosen} without a schema: add one"


def _beside_json(document: Document, status: str, content: Node) -> Iterator[str]:
    """Yield the text and bytes that a success may have in place of JSON: one call has one type."""
    for name, described in content.items():
        kinds = types(document, node(described, "schema"))
        if media.kind(name) != media.JSON and kinds <= {"string"}:
            what = f"response {status}: {name} beside JSON, with values of another type"
            yield f"{what}: keep one, or describe another operation"


def _plain(document: Document, what: str, kind: str, schema: Node) -> Iterator[str]:
    """Yield why a body that is not JSON cannot have *schema*."""
    if kind in {media.TEXT, media.BYTES} and not types(document, schema) <= {"string"}:
        yield f"{what}: it is not parsed: write `type: string`, and `format: binary` for bytes"
