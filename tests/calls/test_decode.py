"""Success bodies: decoded to the documented type, or one typed error."""

from __future__ import annotations

import io
import json
from datetime import datetime
from enum import Enum
from typing import Any, BinaryIO, Literal, TypeVar
from uuid import UUID

import pytest
from persium_api.facade.identity import GET_ME
from persium_api.models import Me
from persium_api.types import UNSET, Unset

from persium_ext import ResponseDecodeError
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.decode import decode, json_type_error_in, type_error_in
from persium_ext._http.messages import Response

ORGANISATION = UUID("8d2f1a3e-1234-4c1b-9999-abcdefabcdef")


ME = {
    "client_id": "a",
    "organisation_uuid": str(ORGANISATION),
    "label": "l",
    "all_organisations": False,
}


class Colour(str, Enum):  # noqa: UP042  # as the generator writes it
    """An enum as the generator writes it."""

    RED = "red"


def me(**changes: Any) -> Me:
    """A model, perhaps with a member of the wrong type."""
    members: dict[str, Any] = {**ME, "organisation_uuid": ORGANISATION, **changes}
    return Me(**members)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(me(), Me, id="a model"),
        pytest.param(None, None, id="nothing"),
        pytest.param(None, Me | None, id="nothing, where that may be"),
        pytest.param([me(), me()], list[Me], id="a list"),
        pytest.param({"a": 1}, dict[str, int], id="a mapping"),
        pytest.param(1, float, id="a whole number is a number"),
        pytest.param("red", Literal["red", "blue"], id="a known value"),
        pytest.param(Colour.RED, Colour, id="an enum"),
        pytest.param(UNSET, str | Unset, id="left out"),
        pytest.param(object(), Any, id="anything"),
        pytest.param(io.BytesIO(), BinaryIO, id="a file"),
        pytest.param(object(), TypeVar("T"), id="what no class describes"),
    ],
)
def test_matches(value: Any, expected: Any) -> None:
    """A value of its type has no error."""
    assert type_error_in(value, expected) is None


@pytest.mark.parametrize(
    ("value", "expected", "problem"),
    [
        pytest.param(me(label=5), Me, "label is int, not str", id="a member"),
        pytest.param(me(all_organisations=None), Me, "all_organisations is NoneType", id="null"),
        pytest.param(me(all_organisations="no"), Me, "is str, not bool", id="a word for a boolean"),
        pytest.param(True, int, "the body is bool, not int", id="a boolean is not a valid number"),
        pytest.param(1.5, int, "the body is float, not int", id="a fraction is not whole"),
        pytest.param([me(), me(label=1)], list[Me], "[1].label is int", id="in a list"),
        pytest.param("ab", list[str], "the body is str, not list", id="no list"),
        pytest.param({"a": "b"}, dict[str, int], ".a is str, not int", id="in a mapping"),
        pytest.param(5, None, "the body is int, not null", id="not nothing"),
        pytest.param(me(label=1), Me | None, "label is int", id="in a union, its member"),
        pytest.param(5, str | None, "the body is int, not str or NoneType", id="none of a union"),
        pytest.param("green", Literal["red"], "is not one of the known", id="an unknown value"),
    ],
)
def test_type_errors(value: Any, expected: Any, problem: Any) -> None:
    """The place and the types are named."""
    assert problem in (type_error_in(value, expected) or "")


@pytest.mark.parametrize(
    ("value", "expected", "problem"),
    [
        pytest.param([], Me, "the body is list, not dict", id="no object"),
        pytest.param({"organisation_uuid": 5}, Me, "organisation_uuid is int, not str", id="type"),
        pytest.param(
            {"organisation_uuid": "5"}, Me, "organisation_uuid is not a valid UUID", id="no UUID"
        ),
        pytest.param("soon", datetime, " is not a valid datetime", id="no time"),
        pytest.param({"organisation_uuid": str(ORGANISATION)}, Me, None, id="well written"),
        pytest.param(5, str | None, None, id="one of several types"),
    ],
)
def test_json_type_errors(value: Any, expected: Any, problem: str | None) -> None:
    """The member that a parser stumbles over is named where it can be found."""
    assert json_type_error_in(value, expected) == problem


def test_type_error_does_not_show_the_value() -> None:
    """A member may hold data that must not be logged."""
    assert "canary" not in (type_error_in(me(all_organisations="canary"), Me) or "")


CALL = Call(operation="getMe", method="GET", url="", headers={}, body=Body({}), attempts=2)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"<html>", "not JSON: Expecting value", id="HTML"),
        pytest.param(b'"text"', "the body is str, not dict", id="text"),
        pytest.param(b'{"client_id": "a"}', "'organisation_uuid' is missing", id="no member"),
        pytest.param(
            json.dumps({**ME, "label": None}).encode(), "label is NoneType, not str", id="null"
        ),
        pytest.param(
            json.dumps({**ME, "organisation_uuid": "5"}).encode(),
            "organisation_uuid is not a valid UUID",
            id="no UUID",
        ),
    ],
)
def test_success_that_is_not_as_documented(body: bytes, words: str) -> None:
    """It is one error, with the operation, the status and what is wrong."""
    with pytest.raises(ResponseDecodeError) as caught:
        decode(GET_ME, Response(status_code=200, content=body), CALL)

    assert words in str(caught.value)
    assert (caught.value.operation, caught.value.status, caught.value.attempts) == ("getMe", 200, 2)


def test_unknown_members_are_kept() -> None:
    """A member that the document does not have is an additional property."""
    body = json.dumps({**ME, "new": [1]}).encode()

    decoded = decode(GET_ME, Response(status_code=200, content=body), CALL)

    assert decoded.additional_properties == {"new": [1]}
