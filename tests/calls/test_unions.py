"""Unions with a tag: it decides, whatever else is new in a value."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import pytest
from attrs import define, field
from persium_api.facade import _schema as s
from persium_api.types import UNSET, Unset

from persium_ext._calls.decode import read
from persium_ext._calls.scalars import MismatchError
from tests.support.schemas import OWNER, SPECIES, Owner, Species


class Kind(str, Enum):  # noqa: UP042  # as the generator writes it
    """A tag with one value."""

    HOME = "home"


@define
class Home:
    """A variant."""

    kind: Kind | Unset = UNSET
    owners: list[Owner] | Unset = UNSET
    pet: Species | Unset = UNSET
    additional_properties: dict[str, Any] = field(init=False, factory=dict[str, Any])


@define
class Other:
    """What stands for variants that the document does not have."""

    kind: str
    additional_properties: dict[str, Any] = field(init=False, factory=dict[str, Any])


HOME: Final = s.Model(
    Home,
    lambda: (
        (
            s.Member("kind", "kind", s.Choice(Kind), required=False),
            s.Member("owners", "owners", s.Array(OWNER), required=False),
            s.Member("pet", "pet", SPECIES, required=False),
        ),
        s.ANY,
    ),
)
OTHER: Final = s.Model(
    Other, lambda: ((s.Member("kind", "kind", s.TEXT, required=True),), s.ANY), fallback="kind"
)
PLACE: Final = s.OneOf((HOME, OWNER, OTHER, s.TEXT))
NEW_IN_PARTS = {"name": "a", "p": 1, "q": 2}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param({"kind": "home"}, Home, id="known tag"),
        pytest.param({"kind": "home", "owners": [NEW_IN_PARTS] * 2}, Home, id="new in its parts"),
        pytest.param({"kind": "home", "pet": "fox"}, Home, id="new value of another enum"),
        pytest.param({"kind": "farm", "pet": "cat"}, Other, id="new tag"),
        pytest.param({"kind": 5, "name": "a"}, Owner, id="new tag, and a variant without"),
        pytest.param({"pet": "cat"}, Home, id="no tag"),
        pytest.param("home", str, id="no object"),
    ],
)
def test_variant(value: object, kind: type) -> None:
    """The tag names the variant; one that names none is left to variants without tags."""
    assert type(read(value, PLACE)) is kind


FLAGGED: Final = s.OneOf(
    (
        s.Model(Other, lambda: ((s.Member("kind", "kind", s.BOOLEAN, True, (False,)),), s.ANY)),  # noqa: FBT003
        s.Model(Home, lambda: ((s.Member("kind", "kind", s.BOOLEAN, True, (True,)),), s.ANY)),  # noqa: FBT003
    )
)


@pytest.mark.parametrize(("flag", "kind"), [(True, Home), (False, Other)])
def test_variants_of_a_flag(*, flag: bool, kind: type) -> None:
    """An enum that is no class tells variants apart, too."""
    assert type(read({"kind": flag}, FLAGGED)) is kind


def near(of: type, kinds: type[Enum]) -> s.Model:
    """Describe a variant of a union in a union, which has two tags."""
    tag = s.Choice(kinds)
    members = (
        s.Member("kind", "kind", tag, required=False),
        s.Member("pet", "pet", SPECIES, required=False),
    )
    return s.Model(of, lambda: (members, s.ANY))


NESTED: Final = s.OneOf(
    (near(Home, Kind), near(Home, Kind), OTHER, s.Model(Other, OTHER.contents, fallback="pet"))
)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param({"kind": "home", "pet": "cat"}, Home, id="both tags"),
        pytest.param({"kind": "home", "pet": "fox"}, Other, id="one is new"),
    ],
)
def test_union_in_a_union(value: object, kind: type) -> None:
    """All tags decide; where one is new, the variant is."""
    assert type(read(value, NESTED)) is kind


def test_wrong_value_of_the_variant() -> None:
    """A value that the named variant cannot have is an error, and not another variant."""
    with pytest.raises(MismatchError, match="owners is a string, not a list"):
        read({"kind": "home", "owners": "a"}, PLACE)


def test_members_of_parts_count_last() -> None:
    """Without tags, the variant that declares most members of the object itself is meant."""
    value = {"pet": "cat", "owners": [NEW_IN_PARTS] * 2, "k": 1}
    some = s.Model(Other, lambda: ((s.Member("k", "kind", s.INTEGER, required=True),), s.ANY))

    assert type(read(value, s.OneOf((some, HOME)))) is Home
