"""JSON as values of the types that the document gives them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from persium_api.facade import _schema as s
from persium_api.types import UNSET, File

from persium_ext._calls.decode import read
from persium_ext._calls.scalars import MismatchError
from tests.support.schemas import CAT, DOG, OWNER, PET, SPECIES, Cat, Dog, Owner, Size, Species

ID = "8d2f1a3e-1234-4c1b-9999-abcdefabcdef"
NUMBER_OR_TEXT = s.OneOf((s.NUMBER, s.TEXT))


@pytest.mark.parametrize(
    ("value", "schema", "found"),
    [
        pytest.param({"a": [1]}, s.ANY, {"a": [1]}, id="anything"),
        pytest.param("a", s.TEXT, "a", id="text"),
        pytest.param(2**70, s.INTEGER, 2**70, id="a whole number"),
        pytest.param(1.0, s.INTEGER, 1, id="the same number with a point"),
        pytest.param(1, s.NUMBER, 1, id="a whole number is a number"),
        pytest.param(1.5, s.NUMBER, 1.5, id="a number"),
        pytest.param(True, s.BOOLEAN, True, id="a boolean"),
        pytest.param(None, s.NULL, None, id="null"),
        pytest.param(ID, s.UUID, UUID(ID), id="a UUID"),
        pytest.param("2026-01-31", s.DATE, date(2026, 1, 31), id="a date"),
        pytest.param(
            "2026-01-31t09:30:00z", s.DATE_TIME, datetime(2026, 1, 31, 9, 30, tzinfo=UTC), id="time"
        ),
        pytest.param("cat", SPECIES, Species.CAT, id="an enum"),
        pytest.param("fox", SPECIES, "fox", id="an unknown value of an enum"),
        pytest.param(1, s.Choice(Size), Size.SMALL, id="an enum of numbers"),
        pytest.param(1.0, s.Choice(Size), Size.SMALL, id="an enum of numbers, written as 1.0"),
        pytest.param([["a"], []], s.Array(s.Array(s.TEXT)), [["a"], []], id="lists"),
        pytest.param(b"\0", s.BINARY, File(payload=io.BytesIO(b"\0")), id="bytes"),
        pytest.param(None, s.OneOf((s.TEXT, s.NULL)), None, id="null, where that may be"),
        pytest.param(1, NUMBER_OR_TEXT, 1, id="by its kind"),
        pytest.param(ID, s.OneOf((s.TEXT, s.UUID)), UUID(ID), id="the most specific"),
        pytest.param("x", s.OneOf((s.TEXT, s.UUID)), "x", id="the one that fits"),
        pytest.param("a", s.OneOf((s.ANY, s.TEXT)), "a", id="anything comes last"),
        pytest.param(
            "2026-01-31", s.OneOf((s.DATE_TIME, s.DATE)), date(2026, 1, 31), id="a date is no time"
        ),
        pytest.param(
            "2026-01-31", s.OneOf((s.DATE_TIME, s.TEXT)), "2026-01-31", id="but it is a text"
        ),
        pytest.param(1, s.OneOf((PET, NUMBER_OR_TEXT)), 1, id="a union in a union"),
        pytest.param([1], s.OneOf((s.Array(s.TEXT), s.Array(s.INTEGER))), [1], id="kinds of lists"),
        pytest.param({"species": "dog"}, DOG, Dog(Species.DOG), id="a model"),
        pytest.param({"species": "dog", "x": 1}, DOG, Dog(Species.DOG), id="not kept"),
        pytest.param({"species": "dog", "class": "a"}, PET, Cat(Species.DOG, "a"), id="members"),
        pytest.param({"species": "dog", "size": 1}, PET, Dog(Species.DOG, Size.SMALL), id="more"),
    ],
)
def test_read(value: Any, schema: s.Schema, found: Any) -> None:
    """A value is read as its schema's type; a union as the variant that fits best."""
    result = read(value, schema)

    if isinstance(found, File):
        assert isinstance(result, File)
        assert result.payload.read() == found.payload.read()
    else:
        assert (type(result), result) == (type(found) if found != "fox" else Species, found)


def test_further_members() -> None:
    """They are kept, read by their schema, and models nest."""
    value = {"name": "a", "pets": [{"species": "cat", "age": 3}], "boss": {"name": "b"}, "x": 1}

    found = read(value, OWNER)

    assert isinstance(found, Owner)
    assert isinstance(found.pets, list)
    assert found.pets[0].additional_properties == {"age": 3}  # type: ignore[union-attr]  # a Cat
    assert (found.boss, found.additional_properties) == (Owner("b"), {"x": 1})
    assert Owner("b").boss is UNSET


@pytest.mark.parametrize(
    ("value", "schema", "problem"),
    [
        pytest.param([], OWNER, "the body is a list, not an object", id="no object"),
        pytest.param({}, OWNER, "name is missing", id="no member"),
        pytest.param({"name": None}, OWNER, "name is null, not a string", id="null"),
        pytest.param(
            {"name": "a", "pets": [{"species": "cat"}, {"species": 5}]},
            OWNER,
            "pets[1] is none of Cat or Dog: species is a number, not a string",
            id="in a list",
        ),
        pytest.param(
            {"name": "a", "boss": {"name": 1}}, OWNER, "boss.name is a number, not", id="nested"
        ),
        pytest.param({"name": "a", "x": "y"}, OWNER, "x is a string, not a whole", id="further"),
        pytest.param("ab", s.Array(s.TEXT), "the body is a string, not a list", id="no list"),
        pytest.param(True, s.INTEGER, "is a boolean, not a whole number", id="boolean"),
        pytest.param(1.5, s.INTEGER, "is a fraction, not a whole number", id="a fraction"),
        pytest.param("no", s.BOOLEAN, "is a string, not a boolean", id="a word for a boolean"),
        pytest.param(5, s.DATE, "is a number, not a string", id="no text"),
        pytest.param("20260131", s.DATE, "is not a valid date", id="another form of a date"),
        pytest.param("soon", s.DATE_TIME, "is not a valid date-time", id="no time"),
        pytest.param(1, s.DATE_TIME, "is a number, not a string", id="a number for a time"),
        pytest.param("5", s.UUID, "is not a valid UUID", id="no UUID"),
        pytest.param(True, NUMBER_OR_TEXT, "is a boolean, not a number or a string", id="no kind"),
        pytest.param(True, s.OneOf((SPECIES, s.Choice(Size))), "a string or a number", id="enums"),
        pytest.param("canary", s.Choice(Size), "is a string, not a whole", id="enum"),
        pytest.param("a", s.BINARY, "is a string, not bytes", id="text for bytes"),
        pytest.param(
            [1], s.OneOf((s.Array(s.TEXT), s.NULL)), "[0] is a number, not a string", id="one list"
        ),
        pytest.param(
            [1], s.OneOf((s.Array(s.TEXT), OWNER, CAT)), "[0] is a number", id="the one of its kind"
        ),
    ],
)
def test_mismatch(value: Any, schema: s.Schema, problem: str) -> None:
    """The error names the first place that is wrong, and never the value."""
    with pytest.raises(MismatchError) as caught:
        read(value, schema)

    assert problem in str(caught.value)
    assert "canary" not in str(caught.value)
