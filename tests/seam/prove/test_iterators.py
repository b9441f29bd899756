"""Which operations have pages, and what their iterators have to request and to yield."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from codegen.prove.facade import Target
from codegen.prove.inputs import Inputs, Sample
from codegen.prove.iterators import IteratorProof
from codegen.prove.page_rule import PageRule, page_rule
from codegen.prove.read import Reader
from codegen.prove.requests import Requests
from codegen.prove.responses import Responses
from codegen.prove.samples import Sampler
from codegen.prove.scalars import NoSampleError
from codegen.prove.schemas import Schemas
from codegen.prove.wire import API, Result
from codegen.read.document import Document

Json = Any
TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "integer"}
LIST: Json = {"type": "array", "items": TEXT}
LINK: Json = {"Link": {"schema": TEXT}}


def page(**members: Json) -> Json:
    """Return the schema of an object with a list, and *members*."""
    return {"type": "object", "properties": {"items": LIST, **members}}


def operation(schema: Json, query: Json, headers: Json, **also: Json) -> Json:
    """Return a document with one operation."""
    success = {"content": {"application/json": {"schema": schema}}, "headers": headers}
    parameters = [{"name": name, "in": "query", "schema": each} for name, each in query.items()]
    node = {"operationId": "listThings", "security": [], "parameters": parameters}
    return {"paths": {"/x": {"get": {**node, "responses": {"200": success, **also}}}}}


def proof(schema: Json, query: Json, headers: Json = None, **also: Json) -> IteratorProof | None:
    """Return the proof of an operation with these pages; None: it has none."""
    document = Document(operation(schema, query, headers or {}, **also), "", b"")
    schemas = Schemas(document.data)
    (found,) = document.operations()
    inputs = Inputs.of(document, found)
    rule = page_rule(document, found, inputs.parameters, schemas)
    if rule is None:
        return None
    target = Target("things", "list_things", {}, ("iter_things", "iter_things_pages"))
    requests = Requests(document, found, inputs, schemas)
    sampler = Sampler(schemas, left_out="writeOnly")
    responses = Responses(document, found, schemas, sampler, Reader(schemas))
    return IteratorProof(target, rule, schemas, requests, responses)


def rule(found: IteratorProof | None) -> PageRule:
    """Return the rule of a proof."""
    assert found is not None
    return found.rule


@pytest.mark.parametrize(
    ("found", "kind", "first"),
    [
        (proof(page(next_cursor=TEXT), {"cursor": TEXT, "page": NUMBER}), "cursor", 0),
        (proof(LIST, {"page": NUMBER}, LINK), "link", 0),
        (proof(LIST, {"offset": NUMBER, "limit": NUMBER}), "offset", 0),
        (proof(LIST, {"page": NUMBER}), "page", 1),
        (proof(page(), {"page": {**NUMBER, "minimum": 0}}), "page", 0),
        (proof(page(), {"page": {**NUMBER, "minimum": 0, "default": 3}}), "page", 3),
    ],
)
def test_rule(found: IteratorProof | None, kind: str, first: int) -> None:
    """The first rule that fits is the operation's."""
    assert (rule(found).kind, rule(found).first) == (kind, first)


@pytest.mark.parametrize(
    "found",
    [
        proof(LIST, {"page": TEXT}),
        proof(LIST, {"page": {**NUMBER, "nullable": True}}),
        proof(LIST, {"page": {**NUMBER, "enum": [1, 2]}}),
        proof(LIST, {"offset": NUMBER}),
        proof(TEXT, {"page": NUMBER}),
        proof({**LIST, "nullable": True}, {"page": NUMBER}),
        proof({"oneOf": [LIST, TEXT]}, {"page": NUMBER}),
        proof(page(items=TEXT), {"page": NUMBER}),
        proof(LIST, {"page": NUMBER}, **{"201": {}}),
    ],
)
def test_no_pages(found: IteratorProof | None) -> None:
    """Other lists have no pages."""
    assert found is None


def problems(found: IteratorProof | None, result: Result, **parameters: Json) -> list[str]:
    """Return what is wrong with the *result* of iterating over items."""
    assert found is not None
    noted: list[str] = []
    sample = Sample({("query", name): value for name, value in parameters.items()})
    items, _ = found.attempts(sample, {}, noted.append)
    items.judge(result)
    return noted


def urls(*queries: str) -> list[httpx.Request]:
    """Return requests of pages."""
    return [httpx.Request("GET", f"{API}{query}") for query in queries]


CURSOR = {"cursor": TEXT}
LINKED = "/pages/2?after=a%2Fb&x=1"
NUMBERED = proof(LIST, {"page": NUMBER, "sort": TEXT})
YIELDED = ["text", "", "Words2"]
EDGE = "a%20b%26c%2Bd%2Fe%252F%3Fg%3Dh%23i%22j%27k%5C"
NULLABLE = page(next_cursor={**TEXT, "nullable": True})
REQUIRED = {**page(next_cursor=TEXT), "required": ["next_cursor"]}


@pytest.mark.parametrize(
    ("found", "queries", "given"),
    [
        (NUMBERED, ["/x", "/x?page=2", "/x?page=3"], {}),
        (
            NUMBERED,
            ["/x?page=7&sort=a", "/x?page=8&sort=a", "/x?page=9&sort=a"],
            {"page": 7, "sort": "a"},
        ),
        (
            proof(LIST, {"offset": NUMBER, "limit": NUMBER}),
            ["/x", "/x?offset=2", "/x?offset=3"],
            {},
        ),
        (proof(LIST, {}, LINK), ["/x", LINKED, "/pages/2?after=3"], {}),
        (proof(page(next_cursor=TEXT), CURSOR), ["/x", "/x?cursor=text", f"/x?cursor={EDGE}"], {}),
        (proof(NULLABLE, CURSOR), ["/x", "/x?cursor=text", f"/x?cursor={EDGE}"], {}),
        (proof(REQUIRED, CURSOR), ["/x", "/x?cursor=text", f"/x?cursor={EDGE}"], {}),
    ],
)
def test_requests_that_are_right(found: IteratorProof | None, queries: Json, given: Json) -> None:
    """Each page is asked for by the rule, and the other parameters stay."""
    assert problems(found, Result(urls(*queries), YIELDED), **given) == []


@pytest.mark.parametrize(
    ("found", "result", "problem"),
    [
        (
            proof(LIST, {}, LINK),
            Result(urls("/x", "/x", "/pages/2?after=3"), YIELDED),
            f"iter_things page 2 URL: expected {API}{LINKED}, seen {API}/x",
        ),
        (NUMBERED, Result(urls("/x"), YIELDED), "iter_things requests: expected 3, seen 1"),
        (
            NUMBERED,
            Result(urls("/x", "/x?page=2&sort=a", "/x?page=3"), YIELDED),
            "iter_things page 2 query: expected nothing else, seen [('sort', 'a')]",
        ),
        (
            NUMBERED,
            Result(urls("/x", "/x?page=2", "/x?page=3"), error=KeyError("a")),
            "iter_things pages: expected to be decoded, seen KeyError: 'a'",
        ),
        (
            NUMBERED,
            Result(urls("/x", "/x?page=2", "/x?page=3"), ["text"]),
            "iter_things the value: expected a list of 3, seen ['text']",
        ),
    ],
)
def test_fault(found: IteratorProof | None, result: Result, problem: str) -> None:
    """A fault is named by the iterator and the page."""
    assert problem in problems(found, result)


@pytest.mark.parametrize(
    "found",
    [
        proof({**LIST, "maxItems": 0}, {"page": NUMBER}),
        proof(page(next_cursor={**TEXT, "enum": ["only"]}), CURSOR),
    ],
)
def test_no_pages_can_be_made(found: IteratorProof | None) -> None:
    """A list that is always empty, or one cursor for all pages, proves nothing."""
    with pytest.raises(NoSampleError):
        problems(found, Result([]))
