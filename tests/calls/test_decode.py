"""A success decoded as the document describes it, and the error of one that is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from persium_api.facade import _schema as s
from persium_api.types import File

from persium_ext import ResponseDecodeError
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.decode import decode
from persium_ext._http.messages import HeaderFields, Headers, Response
from tests.support.schemas import DOG, Dog, Species, operation

CALL = Call(
    operation="keepPet", method="POST", url="", headers=HeaderFields(), body=Body({}), attempts=2
)
DESCRIBED = operation(
    responses={
        "200": s.Content("application/json", DOG),
        "202": s.Content("text/plain", s.TEXT),
        "203": s.Content("application/pdf", s.BINARY),
        "204": s.Content("application/json", DOG),
        "205": None,
        "2XX": s.Content("application/vnd.pets+json; v=2", s.INTEGER),
        "default": s.Content("application/json", DOG),
    }
)


def response(status: int, content: bytes = b"", media_type: str = "") -> Response:
    """Return a response."""
    fields = Headers([("Content-Type", media_type)] if media_type else [])
    return Response(status_code=status, headers=fields, content=content)


@pytest.mark.parametrize(
    ("received", "found"),
    [
        pytest.param(response(200, b'{"species": "dog"}'), Dog(Species.DOG), id="JSON"),
        pytest.param(response(202, "é".encode()), "é", id="text"),
        pytest.param(response(202, b"\xe9", "text/plain; charset=latin-1"), "é", id="charset"),
        pytest.param(response(202, "é".encode(), "text/plain; charset=x-no"), "é", id="unknown"),
        pytest.param(response(204), None, id="no body, whatever is documented"),
        pytest.param(response(205, b"x"), None, id="no documented body"),
        pytest.param(response(206, b"5"), 5, id="a range of statuses"),
    ],
)
def test_success(received: Response, found: object) -> None:
    """The status says what the body is."""
    assert decode(DESCRIBED, received, CALL) == found


@pytest.mark.parametrize(
    ("documented", "schema", "content", "stated", "found"),
    [
        pytest.param("*/*", s.INTEGER, b"5", "application/json", 5, id="JSON"),
        pytest.param("application/*", s.INTEGER, b"5", "", 5, id="no media type"),
        pytest.param("*/*", s.INTEGER, b"5", "text/plain", 5, id="no text is possible"),
        pytest.param("*/*", s.TEXT, b'"a"', "application/hal+json", "a", id="text as JSON"),
        pytest.param("*/*", s.TEXT, b'"a"', "text/plain", '"a"', id="text"),
        pytest.param("text/json", s.TEXT, b'"a"', "text/json", "a", id="another name of JSON"),
    ],
)
def test_media_type_is_open(
    documented: str, schema: s.Schema, content: bytes, stated: str, found: object
) -> None:
    """It is JSON, unless it can be a text, and the response says so."""
    described = operation(responses={"200": s.Content(documented, schema)})

    assert decode(described, response(200, content, stated), CALL) == found


def test_bytes() -> None:
    """A body of bytes is a file in memory."""
    found = decode(DESCRIBED, response(203, b"%PDF"), CALL)

    assert isinstance(found, File)
    assert found.payload.read() == b"%PDF"


@pytest.mark.parametrize("responses", [{}, {"default": s.Content("application/json", DOG)}])
def test_success_that_is_not_documented(responses: Any) -> None:
    """It has no typed body: the call succeeded all the same."""
    assert decode(operation(responses=responses), response(202, b"<html>"), CALL) is None


def test_head() -> None:
    """A response to HEAD has no body."""
    described = operation(method="HEAD", responses={"200": s.Content("application/json", DOG)})

    assert decode(described, response(200), CALL) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"<html>", "not JSON: a page of HTML", id="HTML"),
        pytest.param(b"<html><title>Sign in</title>", "a page of HTML (Sign in)", id="title"),
        pytest.param(b"me", "not JSON: Expecting value", id="text without quotes"),
        pytest.param(b'"text"', "the body is a string, not an object", id="text"),
        pytest.param(b"{}", "species is missing", id="no member"),
        pytest.param(json.dumps({"species": None}).encode(), "species is null", id="null"),
    ],
)
def test_success_that_is_not_as_documented(body: bytes, words: str) -> None:
    """It is one error, with the operation, the status and what is wrong."""
    with pytest.raises(ResponseDecodeError) as caught:
        decode(DESCRIBED, response(200, body), CALL)

    error = caught.value
    assert words in str(error)
    assert (error.operation, error.status, error.attempts) == ("keepPet", 200, 2)
