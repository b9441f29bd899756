"""Whether a decoded answer is what its type says."""

from __future__ import annotations

import io
from datetime import datetime
from enum import Enum
from typing import Any, BinaryIO, Literal, TypeVar
from uuid import UUID

import pytest
from persium_api.models import Me
from persium_api.types import UNSET, Unset

from persium_ext._calls.decode import json_type_error_in, type_error_in

ORGANISATION = UUID("8d2f1a3e-1234-4c1b-9999-abcdefabcdef")


class Colour(str, Enum):  # noqa: UP042  # as the generator writes it
    """An enum as the generator writes it."""

    RED = "red"


def me(**changes: Any) -> Me:
    """A model, perhaps with a member of the wrong type."""
    members: dict[str, Any] = {
        "client_id": "a",
        "organisation_uuid": ORGANISATION,
        "label": "l",
        "all_organisations": False,
    }
    return Me(**{**members, **changes})


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
    """What is of its type is let through."""
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
    """Of JSON that could not be read at all, the wrong member is named where it can be told."""
    assert json_type_error_in(value, expected) == problem


def test_a_problem_never_shows_the_value() -> None:
    """A member may hold what doesn't belong in a log."""
    assert "canary" not in (type_error_in(me(all_organisations="canary"), Me) or "")
