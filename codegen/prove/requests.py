"""What a call of an operation has to send, and how a request differs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote

from attrs import frozen

from codegen.prove import bodies, styles
from codegen.prove.inputs import ABSENT
from codegen.prove.json_difference import as_json
from codegen.prove.read import wrong
from codegen.prove.wire import PREFIX
from codegen.read.document import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from codegen.prove.inputs import Inputs, Sample
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Document, Operation

_OWN_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "connection", "idempotency-key", "user-agent"}
)
"""Header fields that the client sends of its own accord."""


@frozen
class Requests:
    """The requests of one operation."""

    document: Document
    operation: Operation
    inputs: Inputs
    schemas: Schemas

    def problems(self, sample: Sample, request: httpx.Request) -> Iterator[str]:
        """Yield how *request* differs from what *sample* has to send."""
        if request.method != self.operation.method.upper():
            yield wrong("method", self.operation.method.upper(), request.method)
        yield from self._path_problems(sample, request)
        yield from self._query_problems(sample, request)
        yield from self.header_problems(sample, request)
        if sample.body is ABSENT:
            if request.content:
                yield wrong("request body", "nothing", request.content)
            return
        schema = self.inputs.schema
        want = bodies.sent(self.schemas, sample.body, schema)
        problem = bodies.difference(
            self.schemas, self.inputs.media, want, schema, request, encoding=self.inputs.encoding
        )
        if problem:
            yield f"request body {problem}"

    def _path_problems(self, sample: Sample, request: httpx.Request) -> Iterator[str]:
        want = self.operation.path
        for (place, name), value in sample.parameters.items():
            if place == "path":
                style, explode = styles.style_of(self.inputs.parameters[place, name])
                text = styles.path(name, value, style, explode=explode)
                want = want.replace(f"{{{name}}}", quote(text, safe=""))
        seen = request.url.raw_path.decode().partition("?")[0].removeprefix(PREFIX)
        if not styles.same_path(want, self.operation.path, seen):
            yield f"path: expected {want}, seen {seen}"

    def _query_problems(self, sample: Sample, request: httpx.Request) -> Iterator[str]:
        raw = request.url.query.decode()
        left = parse_qsl(raw, keep_blank_values=True)
        for (place, name), parameter in self.inputs.parameters.items():
            value = sample.parameters.get((place, name), ABSENT)
            if place != "query" or value is ABSENT:
                continue
            style, explode = styles.style_of(parameter)
            ways = styles.query(name, value, style, explode=explode)
            names = {pair[0] for way in ways for pair in way} | {name}
            own = [pair for pair in left if pair[0] in names]
            left = [pair for pair in left if pair not in own]
            if style == "json":
                own = [(name, as_json(value, text)) for _, text in own]
            if not any(styles.same_pairs(way, own) for way in ways):
                yield wrong(f"query parameter {name}", repr(ways[0]), own)
            if parameter.get("allowReserved") and (encoded := styles.encoded(raw, names)):
                yield wrong(f"query parameter {name}", f"{unquote(encoded)} as it is", encoded)
        if left:
            yield wrong("query", "nothing else", left)

    def header_problems(self, sample: Sample, request: httpx.Request) -> Iterator[str]:
        """Yield how the header fields of *request* differ from what *sample* has to send."""
        for (place, name), parameter in self.inputs.parameters.items():
            if place != "header":
                continue
            seen = request.headers.get(name)
            value = sample.parameters.get((place, name), ABSENT)
            what = f"header parameter {name}"
            if value is None or value is ABSENT:
                if seen not in {None, "", "null"} and name.lower() not in _OWN_HEADERS:
                    yield wrong(what, "nothing", seen)
                continue
            style, explode = styles.style_of(parameter)
            want = styles.header(value, explode=explode)
            if style == "json":
                want, seen = styles.json_text(value), as_json(value, seen or "")
            if not styles.same_text(want, seen or ""):
                yield wrong(what, repr(want), seen)
        yield from self._token_problems(request)

    def _token_problems(self, request: httpx.Request) -> Iterator[str]:
        stated = nodes(self.operation.node, "security")
        needed = (
            stated if "security" in self.operation.node else nodes(self.document.data, "security")
        )
        sent = "authorization" in request.headers
        if not any(needed) and sent:
            yield "security: expected no token, seen one"
        if needed and all(needed) and not sent:
            yield "security: expected a token, seen none"
