"""What an operation may answer: samples of each status and media type, and how they are read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from codegen.document import node
from codegen.prove import bodies
from codegen.prove.fit import readings
from codegen.prove.json_values import is_list, is_object
from codegen.prove.read import alike, shown, wrong
from codegen.prove.samples import NoSampleError
from codegen.prove.schemas import TAG, extra, is_binary, kind
from codegen.prove.wire import Served
from persium_ext import ApiStatusError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from codegen.document import Document, Node, Operation
    from codegen.prove.read import Reader
    from codegen.prove.samples import Sampler
    from codegen.prove.schemas import Schemas
    from codegen.prove.wire import Result

_UNKNOWN: Final = "unknown-to-the-document"
_RANGES: Final = {"default": range(418, 500), "4XX": range(418, 500), "5XX": range(520, 600)}


@frozen
class Answer:
    """A response, and the JSON, text or bytes that it carries.

    Attributes:
        loosely: Whether only the content is compared, because no schema describes it.
    """

    served: Served
    value: Any
    schema: Node
    loosely: bool = False


@frozen
class Responses:
    """The documented responses of one operation."""

    document: Document
    operation: Operation
    schemas: Schemas
    sampler: Sampler
    reader: Reader
    skipped: list[str] = field(factory=list[str])

    @property
    def _documented(self) -> dict[int, Node]:
        stated = node(self.operation.node, "responses")
        found = {int(s): self.document.resolve(r) for s, r in stated.items() if s.isdecimal()}
        for name, statuses in _RANGES.items():
            if name in stated:
                status = next(each for each in statuses if each not in found)
                found[status] = self.document.resolve(stated[name])
        return {
            status: each
            for status, each in found.items()
            if not 100 <= status < 200 and status // 100 != 3
        }

    @property
    def success_media(self) -> list[str]:
        """The media types of the documented successes."""
        content = [node(r, "content") for s, r in self._documented.items() if s < 300]
        return list(dict.fromkeys(name for each in content for name in each))

    def accept_problems(self, request: httpx.Request) -> Iterator[str]:
        """Yield how ``Accept`` prefers one of the documented types, or leaves one out."""
        accept, media = request.headers.get("accept", "*/*"), self.success_media
        weights = {_weight(bodies.base(each), accept) for each in media if "*" not in each}
        if len(weights) > 1 or 0 in weights:
            yield f"header Accept: expected {', '.join(media)} evenly, seen {accept}"

    def answers(self) -> list[Answer]:
        """Return a response for each status, media type and kind of value."""
        found: list[Answer] = []
        for status, response in self._documented.items():
            content = node(response, "content")
            if not content or self.operation.method == "head":
                found.append(Answer(Served(status), None, {}))
                continue
            for media, described in content.items():
                found += self._contents(status, media, described.get("schema", {}))
        return found

    def _contents(self, status: int, media: str, schema: Node) -> Iterator[Answer]:
        shown_as = media.replace("*/*", "application/octet-stream").replace("/*", "/plain")
        if bodies.is_json(media):
            yield from self._json(status, shown_as, schema)
            return
        forms = self.schemas.forms(schema)
        if any(is_binary(form) for form in forms):
            content: Any = b"\x00\xff\r\nbytes"
            yield Answer(Served(status, shown_as, content), content, schema)
        elif any(kind(form) == "string" for form in forms):
            for text in ("text", "ünïcødé\nline"):
                stated = f"{shown_as}; charset=utf-8"
                yield Answer(Served(status, stated, text.encode()), text, schema, loosely=True)

    def _json(self, status: int, media: str, schema: Node) -> Iterator[Answer]:
        def served(value: Any) -> Served:  # noqa: ANN401  # JSON
            return Served(status, media, json.dumps(value, ensure_ascii=False).encode())

        try:
            values = self.sampler.values(schema)
        except NoSampleError:
            self.skipped.append(f"response {status}")
            return
        for value in values:
            yield Answer(served(value), value, schema)
        for change, loosely in (
            (_Change.further, False),
            (_Change.enum, False),
            (_Change.tag, True),
        ):
            changed = Change(self.schemas, change).of(values[0], schema)
            if changed != values[0]:
                yield Answer(served(changed), changed, schema, loosely=loosely)

    def problems(self, answer: Answer, result: Result) -> Iterator[str]:
        """Yield how *result* differs from what *answer* says."""
        status, media = answer.served.status, bodies.base(answer.served.media)
        what = f"response {status}{f' {media}' if media else ''}"
        if status >= 400:
            yield from self._error_problems(what, answer, result)
        elif result.error is not None:
            error = _words(result.error)
            yield f"{what}: expected {shown(answer.value)} to be decoded, seen {error}"
        elif problem := self._difference(answer, result.value):
            yield f"{what} {problem}"

    def _error_problems(self, what: str, answer: Answer, result: Result) -> Iterator[str]:
        error = result.error
        if not isinstance(error, ApiStatusError) or error.status != answer.served.status:
            seen = _words(error) if error else shown(result.value)
            yield f"{what}: expected an error of this status, seen {seen}"
        elif type(error) is ApiStatusError and str(error.status) in node(
            self.operation.node, "responses"
        ):
            yield f"{what}: expected a class of its own, seen ApiStatusError"
        elif answer.served.content and (problem := self._difference(answer, error.body)):
            yield f"{what} {problem}"

    def _difference(self, answer: Answer, seen: Any) -> str | None:  # noqa: ANN401  # a result
        if isinstance(answer.value, bytes):
            payload = getattr(seen, "payload", seen)
            content = payload.read() if hasattr(payload, "read") else payload
            return None if content == answer.value else wrong("", repr(answer.value), content)
        if answer.loosely:
            return None if alike(seen, answer.value) else wrong("", repr(answer.value), seen)
        return self.reader.difference(seen, answer.value, answer.schema)


class _Change:
    further, enum, tag = "further", "enum", "tag"


@frozen
class Change:
    """Changes a value into one of a later version of the API, which a client has to accept."""

    schemas: Schemas
    what: str

    def of(self, value: Any, schema: Node) -> Any:  # noqa: ANN401  # JSON
        """Return *value* with a further member in each object, or unknown enum values or tags."""
        forms = self.schemas.forms(schema)
        form = next(iter(readings(self.schemas, value, schema)), {})
        if is_list(value):
            return [self.of(item, node(form, "items")) for item in value]
        if is_object(value):
            return self._object(value, form, forms)
        return self._scalar(value, form, forms)

    def _scalar(self, value: Any, form: Node, forms: list[Node]) -> Any:  # noqa: ANN401  # JSON
        stated = form.get("enum", [])
        is_open = len(forms) == 1 and TAG not in form and len(stated) > 1
        if self.what != "enum" or not is_open or value is None or isinstance(value, bool):
            return value
        kinds = {type(each) for each in stated if each is not None}
        return {frozenset({str}): _UNKNOWN, frozenset({int}): 987_654}.get(frozenset(kinds), value)

    def _object(self, value: dict[str, Any], form: Node, forms: list[Node]) -> Any:  # noqa: ANN401  # JSON
        members = node(form, "properties")
        tags = _tags(forms)
        if self.what == "enum" and len(forms) > 1:
            return value
        made = {
            name: _UNKNOWN
            if self.what == "tag" and name in tags
            else self.of(inner, members.get(name, {}))
            for name, inner in value.items()
        }
        if self.what == "further" and members and extra(form) is None:
            made["further-Member"] = {"a": [1, None]}
        return made


def _tags(forms: list[Node]) -> set[str]:
    """The members that tell the forms of a union apart: those that a discriminator names."""
    names = {
        name for form in forms for name, member in node(form, "properties").items() if TAG in member
    }
    return names if len(forms) > 1 else set()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def _weight(media: str, accept: str) -> float:
    found = (-1, 0.0)
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
    for entry in accept.split(","):
        name, *rest = (word.strip().lower() for word in entry.split(";"))
        weight = next((float(word[2:]) for word in rest if word.startswith("q=")), 1.0)
        if name in ranges:
            found = max(found, (2 - ranges.index(name), weight))
    return found[1]
