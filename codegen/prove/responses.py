"""What an operation may answer: samples of each status and media type, and how they are read."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from codegen.prove import statuses, to_dict
from codegen.prove.annotated import body_type, type_error_in
from codegen.prove.later_version import ADDITIONS, LaterVersion
from codegen.prove.media import accept_problem, base, chosen, is_json, is_text
from codegen.prove.read import alike, shown, words, wrong
from codegen.prove.scalars import NoSampleError
from codegen.prove.schemas import is_binary, kind
from codegen.prove.wire import Served
from codegen.read.document import node
from persium_ext import ApiStatusError, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from codegen.prove.read import Reader
    from codegen.prove.samples import Sampler
    from codegen.prove.schemas import Schemas
    from codegen.prove.wire import Result
    from codegen.read.document import Document, Node, Operation


def _served(content: Node, status: int) -> list[str]:
    """Return the media types that a response has: any JSON of an error, the chosen of a success."""
    names = [name for name in content if is_json(name)]
    if status >= 400:
        return names or list(content)
    return [name for name in content if name not in names or name == chosen(names)]


def base_classes() -> dict[type, str]:
    """Return the classes that stand for no documented status."""
    return dict.fromkeys((ApiStatusError, ServerError), "")


@frozen
class Answer:
    """A response, and the JSON, text or bytes that it carries.

    Attributes:
        loosely: Whether only the content is compared, because no schema describes it.
        later: Whether a later version of the API sends it, with members that may be dropped.
    """

    served: Served
    value: Any
    schema: Node
    loosely: bool = False
    later: bool = False


@frozen(slots=False)
class Responses:
    """The documented responses of one operation.

    Attributes:
        tried: Which bodies were served in full, to any operation, of successes and of errors: of
            each, further operations have the fullest and the least value only.
        classes: The status (or range) that each class of errors stands for, in all operations.
    """

    document: Document
    operation: Operation
    schemas: Schemas
    sampler: Sampler
    reader: Reader
    skipped: list[str] = field(factory=list[str])
    tried: set[tuple[int, bool]] = field(factory=set[tuple[int, bool]])
    classes: dict[type, str] = field(factory=base_classes)

    @cached_property
    def _documented(self) -> dict[int, Node]:
        return statuses.documented(self.document, self.operation)

    def accept_problems(self, request: httpx.Request) -> Iterator[str]:
        """Yield how ``Accept`` prefers one success, or leaves one out."""
        names = [chosen(node(r, "content")) for s, r in self._documented.items() if s < 300]
        if problem := accept_problem(names, request.headers.get("accept", "*/*")):
            yield problem

    def answers(self) -> list[Answer]:
        """Return a response for each status, media type and kind of value, at least one."""
        found = list[Answer]()
        for status, response in self._documented.items():
            content = node(response, "content")
            if not content or self.operation.method == "head":
                found.append(Answer(Served(status), None, {}))
                continue
            for media in _served(content, status):
                found += self._contents(status, media, content[media].get("schema", {}))
        free = statuses.undocumented(self.operation)
        return [*found, *(Answer(Served(status), None, {}) for status in free)]

    def _contents(self, status: int, media: str, schema: Node) -> Iterator[Answer]:
        forms = self.schemas.forms(schema)
        binary = any(is_binary(form) for form in forms)
        if is_json(media) and not (binary and "*" in media):
            yield from self._json(status, re.sub(r"\S*\*\S*", "application/json", media), schema)
            return
        shown_as = media.replace("*/*", "application/octet-stream").replace("/*", "/plain")
        text = any(kind(form) == "string" for form in forms)
        if binary or (text and not is_text(media)):
            content: Any = b"\x00\xff\r\nbytes"
            yield Answer(Served(status, shown_as, content), content, schema)
        elif text:
            texts = (("text", "utf-8"), ("ünïcødé\nline", "utf-8"), ("é", "iso-8859-1"))
            for value, charset in texts:
                stated = f"{base(shown_as)}; charset={charset}"
                yield Answer(
                    Served(status, stated, value.encode(charset)), value, schema, loosely=True
                )

    def _json(self, status: int, media: str, schema: Node) -> Iterator[Answer]:
        def served(value: Any) -> Served:  # noqa: ANN401  # JSON
            return Served(status, media, json.dumps(value, ensure_ascii=False).encode())

        try:
            values = self.sampler.values(schema)
        except NoSampleError:
            self.skipped.append(f"response {status}")
            return
        body = (id(self.schemas.resolve(schema)), status >= 400)
        for value in values[:2] if body in self.tried else values:
            yield Answer(served(value), value, schema)
        if body in self.tried:
            return
        self.tried.add(body)
        for addition in ADDITIONS:
            later = LaterVersion(self.schemas, addition).of(values[0], schema)
            if later != values[0]:
                yield Answer(served(later), later, schema, loosely=addition == "tag", later=True)

    def problems(self, answer: Answer, result: Result) -> Iterator[str]:
        """Yield how *result* differs from what *answer* says."""
        status, media = answer.served.status, base(answer.served.media)
        what = f"response {status}{f' {media}' if media else ''}"
        if status >= 400:
            yield from self._error_problems(what, answer, result)
        elif result.error is not None:
            error = words(result.error)
            yield f"{what}: expected {shown(answer.value)} to be decoded, seen {error}"
        elif problem := self._difference(answer, result.value):
            yield f"{what} {problem}"
        elif result.warnings:
            yield f"{what}: expected no warning, seen {result.warnings[0]}"

    def _error_problems(self, what: str, answer: Answer, result: Result) -> Iterator[str]:
        error = result.error
        if not isinstance(error, ApiStatusError) or error.status != answer.served.status:
            seen = words(error) if error else shown(result.value)
            yield f"{what}: expected an error of this status, seen {seen}"
        elif not self._has_own_class(error):
            yield f"{what}: expected a class of its own, seen {type(error).__name__}"
        elif error.operation != self.operation.node["operationId"]:
            yield wrong(f"{what} operation", self.operation.node["operationId"], error.operation)
        elif answer.served.content:
            problem = self._difference(answer, error.body)
            problem = problem or type_error_in(error.body, body_type(type(error)))
            yield from [f"{what} {problem}"] if problem else []

    def _has_own_class(self, error: ApiStatusError) -> bool:
        """Return whether *error* has the class of its status alone, if the document names that."""
        stated = node(self.operation.node, "responses")
        keys = [str(error.status), f"{error.status // 100}XX", "default"]
        key = next((key for key in keys if key in stated), "")
        return not key or self.classes.setdefault(type(error), key) == key

    def _difference(self, answer: Answer, seen: Any) -> str | None:  # noqa: ANN401  # a result
        if isinstance(answer.value, bytes):
            payload = getattr(seen, "payload", seen)
            content = payload.read() if hasattr(payload, "read") else payload
            return None if content == answer.value else wrong("", repr(answer.value), content)
        if answer.loosely:
            return None if alike(seen, answer.value) else wrong("", repr(answer.value), seen)
        problem = self.reader.difference(seen, answer.value, answer.schema)
        return problem or (None if answer.later else to_dict.difference(seen, answer.value))
