"""What a call of one operation must send, and what its responses must become."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest
from attrs import evolve

from codegen.prove.build import Builder
from codegen.prove.facade import Argument, Target, targets
from codegen.prove.inputs import ABSENT, Inputs, Sample
from codegen.prove.operations import OperationProof, Report
from codegen.prove.page_rule import PageRule
from codegen.prove.read import Reader
from codegen.prove.requests import Requests
from codegen.prove.responses import Answer, Responses
from codegen.prove.samples import Sampler
from codegen.prove.schemas import Schemas
from codegen.prove.wire import Result, Served, listed
from codegen.read.document import Document
from persium_ext import ApiStatusError

Json = Any
TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
NONE = {"type": "array", "items": TEXT, "maxItems": 0}
PARAMETERS: Json = [
    {"name": "q", "in": "query", "schema": {"type": "string", "nullable": True}},
    {"name": "X-Note", "in": "header", "schema": TEXT},
]
DEFAULTS: Json = [
    {"name": "q", "in": "query", "schema": {"type": "integer", "default": 5}},
    {"name": "X-Note", "in": "header", "schema": {"type": "string", "default": "low"}},
]
CHARSETS = ("utf-8", "utf-8", "iso-8859-1")
BODY: Json = {"required": True, "content": {"application/json": {"schema": TEXT}}}


def proof(target: Target | None = None, **operation: Json) -> OperationProof:
    """Return the proof of one operation, whose method is *target*."""
    node = {"operationId": "call", "security": [], "responses": {"204": {}}, **operation}
    data = {"paths": {"/x": {"post": node}}}
    document = Document(data, "", b"")
    (found,) = document.operations()
    schemas = Schemas(data)
    inputs, sampler = Inputs.of(document, found), Sampler(schemas, left_out="")
    return OperationProof(
        found,
        target or Target("things", "call", {}),
        inputs,
        sampler,
        Requests(document, found, inputs, schemas),
        Responses(document, found, schemas, sampler, Reader(schemas)),
        Builder(schemas),
        Report(),
    )


def request(path: str = "/x", **more: Json) -> httpx.Request:
    """Return a request to the API."""
    return httpx.Request("POST", f"https://api.invalid/base{path}", **more)


@pytest.mark.parametrize(
    ("operation", "sample", "seen", "problems"),
    [
        pytest.param({}, Sample({}), request(), [], id="right"),
        pytest.param(
            {},
            Sample({}),
            request("/x?a=1"),
            ["query: expected nothing else, seen [('a', '1')]"],
            id="a query that is not documented",
        ),
        pytest.param(
            {},
            Sample({}),
            request(content=b"x"),
            ["request body: expected nothing, seen b'x'"],
            id="a body that was not given",
        ),
        pytest.param(
            {"parameters": PARAMETERS},
            Sample({}),
            request(headers={"X-Note": "x"}),
            ["header parameter X-Note: expected nothing, seen 'x'"],
            id="a header that was not given",
        ),
        pytest.param(
            {"parameters": DEFAULTS},
            Sample({}),
            request("/x?q=5", headers={"X-Note": "low"}),
            [
                "query: expected nothing else, seen [('q', '5')]",
                "header parameter X-Note: expected nothing, seen 'low'",
            ],
            id="defaults that nobody gave",
        ),
        pytest.param(
            {"security": [{}, {"oauth2": []}]}, Sample({}), request(), [], id="optional token"
        ),
    ],
)
def test_request(operation: Json, sample: Sample, seen: httpx.Request, problems: list[str]) -> None:
    """What was not asked for must not be sent."""
    assert list(proof(**operation).requests.problems(sample, seen)) == problems


def test_accept() -> None:
    """The documented successes are accepted evenly, each by its JSON, else by its first type."""
    content: Json = {"content": {"application/xml": {}, "application/json": {}}}
    text: Json = {"content": {"text/csv": {}}}
    responses = proof(responses={"200": content, "202": text}).responses

    def problems(accept: str) -> list[str]:
        return list(responses.accept_problems(request(headers={"Accept": accept})))

    assert problems("application/json, text/csv") == problems("*/*") == problems("a/b, */*") == []
    assert problems("application/*, text/csv;q=0.5") == [
        (
            "header Accept: expected application/json, text/csv evenly, "
            "seen application/*, text/csv;q=0.5"
        )
    ]
    assert problems("application/json")


@pytest.mark.parametrize(
    ("responses", "served"),
    [
        ({"204": {}}, [(204, ""), (599, "")]),
        ({"304": {}, "204": {}}, [(204, ""), (599, "")]),
        (
            {"204": {"content": {"application/json": {"schema": TEXT}}}},
            [(204, ""), (599, "")],
        ),
        ({"204": {}, "5XX": {}}, [(204, ""), (520, ""), (499, "")]),
        ({"default": {}}, [(418, ""), (200, "")]),
        ({"204": {}, "default": {}, "4XX": {}, "5XX": {}}, [(204, ""), (418, ""), (520, "")]),
        ({"204": {}, "default": {}, "4XX": {}}, [(204, ""), (520, ""), (418, "")]),
        ({"204": {}, "default": {}, "418": {}}, [(204, ""), (418, ""), (419, "")]),
        (
            {"200": {"content": {"text/*": {"schema": TEXT}}}},
            [*((200, f"text/plain; charset={c}") for c in CHARSETS), (599, "")],
        ),
        (
            {"200": {"content": {"text/csv; charset=utf-8": {"schema": TEXT}}}},
            [*((200, f"text/csv; charset={c}") for c in CHARSETS), (599, "")],
        ),
        ({"200": {"content": {"a/b": {"schema": TEXT}}}}, [(200, "a/b"), (599, "")]),
        (
            {
                "204": {},
                "404": {"content": {"text/plain": {"schema": TEXT}, "a/b+json": {"schema": FLAG}}},
            },
            [(204, ""), (404, "a/b+json"), (404, "a/b+json"), (599, "")],
        ),
        (
            {
                "200": {"content": {"a/b+json": {"schema": NONE}, "text/json": {"schema": NONE}}},
                "404": {"content": {"a/b+json": {"schema": NONE}, "text/json": {"schema": NONE}}},
            },
            [(200, "text/json"), (404, "a/b+json"), (404, "text/json"), (599, "")],
        ),
        (
            {"200": {"content": {"*/*": {"schema": {**TEXT, "format": "binary"}}}}},
            [(200, "application/octet-stream"), (599, "")],
        ),
        (
            {"200": {"content": {"*/*": {"schema": FLAG}}}},
            [*[(200, "application/json")] * 2, (599, "")],
        ),
        ({"200": {"content": {"a/b": {"schema": {"type": "integer"}}}}}, [(599, "")]),
        ({"200": {"content": {"application/json": {"schema": {"enum": []}}}}}, [(599, "")]),
    ],
)
def test_answers(responses: Json, served: list[tuple[int, str]]) -> None:
    """Each status and media type is served, ranges by a status without a response of its own.

    So is an error that the document does not name.
    """
    answers = proof(responses=responses).responses.answers()

    assert [(each.served.status, each.served.media) for each in answers] == served


def test_bodies_of_errors_are_served_in_full_once() -> None:
    """Where operations share the body of an error, the second has its fullest and least value."""
    shared: Json = {"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    content: Json = {"content": {"application/json": {"schema": shared}}}
    responses = proof(responses={"200": content, "400": content, "409": content}).responses
    served = [each.served.status for each in responses.answers()]

    assert served.count(200) == served.count(400) > 2
    assert served.count(409) == 2


def answer(status: int, value: Json) -> Answer:
    """Return an answer that is JSON."""
    return Answer(Served(status, "application/json", json.dumps(value).encode()), value, TEXT)


class Http400Error(ApiStatusError):
    """The error of one status."""


def failure(status: int, body: object) -> ApiStatusError:
    """Return the error of a status."""
    return Http400Error("failed", operation="call", status=status, body=body)


BYTES = Answer(Served(200, "application/pdf", b"x"), b"x", {})


@pytest.mark.parametrize(
    ("answered", "result", "problem"),
    [
        (answer(200, "x"), Result([], "x"), None),
        (answer(200, "x"), Result([], "y"), "response 200 application/json the value: expected"),
        (
            answer(200, "x"),
            Result([], error=KeyError("a")),
            "response 200 application/json: expected 'x' to be decoded, seen KeyError: 'a'",
        ),
        (answer(400, "x"), Result([], error=failure(400, "x")), None),
        (
            answer(400, "x"),
            Result([], error=failure(400, "y")),
            "response 400 application/json the",
        ),
        (answer(400, "x"), Result([], "x"), "response 400 application/json: expected an error"),
        (
            answer(400, "x"),
            Result([], error=failure(401, "x")),
            "response 400 application/json: expec",
        ),
        (Answer(Served(400), None, {}), Result([], error=failure(400, "x")), None),
        (BYTES, Result([], b"x"), None),
        (BYTES, Result([], b"y"), "response 200 application/pdf the value: expected b'x', seen"),
        (Answer(BYTES.served, "x", TEXT, loosely=True), Result([], "y"), "response 200 applic"),
    ],
)
def test_result(answered: Answer, result: Result, problem: str | None) -> None:
    """A success is decoded, an error has its status and body."""
    (found,) = [*proof().responses.problems(answered, result), None][:1]

    assert found is None if problem is None else str(found).startswith(problem)


def argument(name: str, annotation: Json, *, optional: bool = True) -> dict[str, Argument]:
    """Return the one argument of a method."""
    return {name: Argument(name, annotation, optional=optional, named=name != "body")}


@pytest.mark.parametrize(
    ("target", "operation", "problem"),
    [
        pytest.param(
            Target("things", "call", {}),
            {"parameters": PARAMETERS[:1]},
            "query parameter q: expected an argument, seen none",
            id="no argument",
        ),
        pytest.param(
            Target("things", "call", argument("body", Inputs)),
            {
                "requestBody": {
                    "content": {"application/json": {"schema": {"properties": {"a": TEXT}}}}
                }
            },
            "request body /a: Inputs has no such member",
            id="no attribute",
        ),
    ],
)
def test_call_that_cannot_be_made(target: Target, operation: Json, problem: str) -> None:
    """What the package has no place for is a problem of the parameter or member."""
    found = proof(target, **operation)

    list(found.attempts())

    assert f"POST /x (call): {problem}" in found.report.problems.values()


@pytest.mark.parametrize(
    ("error", "problems"),
    [
        (ValueError("null is not allowed"), []),
        (OSError("no"), ["POST /x (call): call: expected a request, seen OSError: no"]),
    ],
)
def test_call_that_sends_nothing(error: Exception, problems: list[str]) -> None:
    """A client may refuse null with a ValueError."""
    found = proof(Target("things", "call", argument("q", str | None)), parameters=PARAMETERS[:1])
    (attempt,) = [each for each in found.attempts() if each.arguments == {"q": None}]

    attempt.judge(Result([], error=error))

    assert list(found.report.problems.values()) == problems


def test_what_is_not_tried_is_noted() -> None:
    """A parameter without a value is reported, and the call is left out."""
    impossible = {"type": "string", "pattern": "^x{9}$"}
    parameter = {"name": "q", "in": "query", "required": True, "schema": impossible}
    found = proof(parameters=[parameter])

    assert list(found.attempts()) == []
    assert list(found.report.skipped) == ["POST /x: query parameter q"]


def test_tag_without_a_namespace() -> None:
    """Operations of a tag that the package does not have have no method."""
    node = {"tags": ["No such tag"], "operationId": "call"}
    document = Document({"paths": {"/x": {"get": node}}}, "", b"")

    assert targets(document, document.operations()) == {}


def test_plain_bodies() -> None:
    """Dicts are passed too, without the members that are only read; files in them are bytes."""
    read_only, file = {**TEXT, "readOnly": True}, {**TEXT, "format": "binary"}
    schema = {"properties": {"a": TEXT, "b": read_only, "files": {"type": "array", "items": file}}}
    target = Target("things", "call", argument("body", dict))

    def given(media: str) -> list[Json]:
        body = {"required": True, "content": {media: {"schema": schema}}}
        return [each.arguments["body"] for each in proof(target, requestBody=body).attempts()]

    assert {"a": "text", "files": ["bytes", "\x00\x7f\r\n--"]} in given("application/json")
    assert {"a": "text", "files": [b"bytes", b"\x00\x7f\r\n--"]} in given("multipart/form-data")


def test_body_is_given_where_it_is_required() -> None:
    """An optional body is left out in one call, a required one in none."""
    target = Target("things", "call", argument("body", str))
    required = proof(target, requestBody=BODY)
    optional = proof(target, requestBody={**BODY, "required": False})

    def left_out(found: OperationProof) -> int:
        samples = found.inputs.samples(found.sampler)
        return sum(sample.body is ABSENT for sample in samples)

    assert [left_out(required), left_out(optional)] == [0, 1]


def test_pages_that_cannot_be_made_are_noted() -> None:
    """The iterator of a list that is always empty is reported, and is not called."""
    schema: Json = {"type": "array", "items": TEXT, "maxItems": 0}
    success: Json = {"description": "d", "content": {"application/json": {"schema": schema}}}
    target = Target("things", "call", {}, ("iter_call", "iter_call_pages"))
    rule = PageRule("link", 200, "application/json", schema, schema, {}, 0)
    found = evolve(proof(target, responses={"200": success}), rule=rule)

    assert {attempt.method for attempt in found.attempts()} == {"call"}
    assert list(found.report.skipped) == ["POST /x: iter_call"]


def test_iterator_without_an_end() -> None:
    """Only a number of its items is read."""

    async def endless() -> AsyncIterator[object]:
        for number in count():
            yield number

    assert asyncio.run(listed(endless())) == list(range(12))
