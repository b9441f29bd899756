"""Dicts that stand for models: the model that is meant, and the members that are wrong."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

import pytest
from attrs import define
from persium_api.facade import _schema as s
from persium_api.types import UNSET

from persium_ext._calls.json_values import json_of
from persium_ext._calls.mappings import schemas_of
from tests.support.schemas import CAT, DOG, OWNER, PET


class Kind(str, Enum):  # noqa: UP042  # as the generator writes it
    """A tag."""

    CARD = "card"


@define
class Card:
    """A variant with a tag."""

    kind: Kind
    number: str


class Cash(str, Enum):  # noqa: UP042  # as the generator writes it
    """Tags of another variant."""

    COINS = "coins"
    NOTES = "notes"


@define
class Other:
    """The variant of any tag."""

    kind: str


def member(name: str, schema: s.Schema = s.TEXT, *, required: bool = True) -> s.Member:
    """Describe a member whose attribute has its name."""
    return s.Member(name, name, schema, required=required)


def model(of: type, *members: s.Member, extensible: bool = False) -> s.Model:
    """Describe a model with further members of any kind."""
    return s.Model(of, lambda: (members, s.ANY), extensible)


CARD = model(Card, member("kind", s.Choice(Kind)), member("number"))
OTHER = model(Other, member("kind"))
METHOD = s.OneOf((OTHER, s.OneOf((CARD, s.NULL))))
HOLDERS = s.OneOf((model(Card, member("kind", CARD)), model(Other, member("kind", DOG))))
BASE = s.Model(Other, lambda: ((member("kind"),), s.ANY), fallback="kind")
CASH = model(Card, member("kind", s.Choice(Cash)), member("till", required=False))
CARD_OR_CASH = s.OneOf((CASH, CARD))
DERIVED = s.OneOf((CARD, CASH, BASE))
DONE = model(Card, s.Member("kind", "kind", s.BOOLEAN, required=True, values=(True,)))
FAILED = model(Other, s.Member("kind", "kind", s.BOOLEAN, required=True, values=(False,)))
CAT_DICT: dict[object, object] = {"species": "cat"}


@pytest.mark.parametrize(
    ("value", "schema", "first"),
    [
        pytest.param({}, s.TEXT, s.ANY, id="no model is due"),
        pytest.param({"kind": "card"}, METHOD, CARD, id="its tag, though a member is missing"),
        pytest.param({"kind": Kind.CARD}, METHOD, CARD, id="a member of the enum"),
        pytest.param({"kind": "cash"}, METHOD, OTHER, id="another tag"),
        pytest.param({"kind": UNSET}, METHOD, OTHER, id="what is not set is no tag"),
        pytest.param({**CAT_DICT, "class": "x"}, PET, CAT, id="its members"),
        pytest.param({"species": "dog", "size": 1}, PET, DOG, id="an enum with its value"),
        pytest.param({"kind": False}, s.OneOf((DONE, FAILED)), FAILED, id="a flag"),
        pytest.param(CAT_DICT, PET, CAT, id="of equals, the first"),
    ],
)
def test_model_that_is_meant(value: Any, schema: s.Schema, first: s.Schema) -> None:
    """A tag decides, then how many members are missing or unknown."""
    assert schemas_of(value, schema)[0] is first


@pytest.mark.parametrize(
    ("value", "schema", "problem"),
    [
        pytest.param(
            {"spieces": "cat"},
            CAT,
            "b.spieces is not a member of Cat: did you mean species?",
            id="misspelt",
        ),
        pytest.param(
            {**CAT_DICT, "z": 1},
            CAT,
            "b.z is not a member of Cat: its members are class, species",
            id="unknown",
        ),
        pytest.param(
            {**CAT_DICT, 7: 1},
            CAT,
            "b.7 is not a member of Cat: its members are class, species",
            id="no text",
        ),
        pytest.param({}, DOG, "b.species is missing: Dog requires it", id="missing"),
        pytest.param(
            {"species": UNSET}, DOG, "b.species is missing: Dog requires it", id="not set"
        ),
        pytest.param(
            {"nane": "a"},
            OWNER,
            "b.name is missing: Owner requires it",
            id="misspelt where any member may be",
        ),
        pytest.param(
            {"name": "a", "pets": [{"species": "dog", "size": 1, "sise": 1}]},
            OWNER,
            "b.pets[0].sise is not a member of Dog: did you mean size?",
            id="in a list of unions",
        ),
        pytest.param(
            {"name": "a", "boss": {}},
            OWNER,
            "b.boss.name is missing: Owner requires it",
            id="in another dict",
        ),
        pytest.param(
            {"kind": "card"},
            DERIVED,
            "b.number is missing: Card requires it",
            id="of a derived schema, though the base would do",
        ),
        pytest.param(
            {"kind": Kind.CARD},
            CARD_OR_CASH,
            "b.number is missing: Card requires it",
            id="of the variant with the tag, though another would do",
        ),
        pytest.param(
            {"kind": "card", "nmber": "1"},
            METHOD,
            "b.nmber is not a member of Card: did you mean number?",
            id="of the variant with the tag",
        ),
    ],
)
def test_wrong_member(value: object, schema: s.Schema, problem: str) -> None:
    """The error names the member, and what to do."""
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        json_of(value, schema, "b")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"kind": "cheque"}, id="a tag that is not in the document"),
        pytest.param({"kind": "notes", "till": "1"}, id="one of several tags"),
    ],
)
def test_variant_of_a_tag(value: object) -> None:
    """A dict is the variant that its tag names, and the base for any other tag."""
    assert json_of(value, DERIVED, "b") == value


def test_member_that_is_no_tag() -> None:
    """An enum that some of the models have does not tell them apart."""
    either = s.OneOf((model(Card, member("kind", s.Choice(Kind)), member("number")), DOG, BASE))

    assert json_of({"kind": "card"}, s.OneOf((*either.variants, OTHER)), "b") == {"kind": "card"}


def test_many_members() -> None:
    """The text of an error does not become long."""
    names = [f"member_of_a_large_model_{index}" for index in range(100)]
    large = model(Other, *(member(name, required=False) for name in names))

    with pytest.raises(ValueError, match=r"its members are member_of.* …$") as caught:
        json_of({"x": 1}, large, "b")

    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"kind": {"kind": "card", "number": "1"}}, id="the first"),
        pytest.param({"kind": {"species": "dog"}}, id="the second"),
    ],
)
def test_variants_that_differ_in_a_part(value: object) -> None:
    """Of variants with the same members, the first that can be written is."""
    assert json_of(value, HOLDERS, "b") == value


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        pytest.param({"any": [{"a": 1}]}, s.OneOf((CARD, s.ANY)), id="a variant that is anything"),
        pytest.param(
            {"kind": "x", "more": 1}, model(Other, member("kind"), extensible=True), id="stated"
        ),
        pytest.param({"a": {"b": 1}, "c": UNSET}, s.ANY, id="no model"),
    ],
)
def test_further_members(value: dict[str, object], schema: s.Schema) -> None:
    """A dict has members that are not declared where the document speaks of them."""
    written = json_of(value, schema, "b")

    assert written == {name: each for name, each in value.items() if each is not UNSET}
