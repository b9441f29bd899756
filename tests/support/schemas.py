"""Models and schemas such as the generator writes, for tests of values as JSON."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Any

from attrs import define, field
from persium_api.facade import Operation
from persium_api.facade import _schema as s
from persium_api.types import UNSET, Unset

__all__ = [
    "CAT",
    "DOG",
    "OWNER",
    "PET",
    "SPECIES",
    "Cat",
    "Dog",
    "Owner",
    "Size",
    "Species",
    "operation",
]


class Species(str, Enum):  # noqa: UP042  # as the generator writes it
    """An open enum, as the facade's amendments make it."""

    CAT = "cat"
    DOG = "dog"

    @classmethod
    def _missing_(cls, value: object) -> Any:
        made = str.__new__(cls, value)
        made._name_, made._value_ = f"UNKNOWN_{value}", value  # type: ignore[assignment]  # as amendments do
        return made


class Size(IntEnum):
    """An enum of numbers."""

    SMALL = 1


@define
class Cat:
    """A model with a member of another name in JSON."""

    species: Species
    class_: str | Unset = UNSET
    additional_properties: dict[str, Any] = field(init=False, factory=dict[str, Any])


@define
class Dog:
    """A model that keeps no further members."""

    species: Species
    size: Size | Unset = UNSET


@define
class Owner:
    """A model that refers to itself."""

    name: str
    pets: list[Cat | Dog] | Unset = UNSET
    boss: Owner | Unset | None = UNSET
    additional_properties: dict[str, int] = field(init=False, factory=dict[str, int])


SPECIES = s.Choice(Species)
CAT = s.Model(
    Cat,
    lambda: (
        (
            s.Member("species", "species", SPECIES, required=True),
            s.Member("class", "class_", s.TEXT, required=False),
        ),
        s.ANY,
    ),
)
DOG = s.Model(
    Dog,
    lambda: (
        (
            s.Member("species", "species", SPECIES, required=True),
            s.Member("size", "size", s.Choice(Size), required=False),
        ),
        None,
    ),
)
PET = s.OneOf((CAT, DOG))
OWNER: s.Model = s.Model(
    Owner,
    lambda: (
        (
            s.Member("name", "name", s.TEXT, required=True),
            s.Member("pets", "pets", s.Array(PET), required=False),
            s.Member("boss", "boss", s.OneOf((OWNER, s.NULL)), required=False),
        ),
        s.INTEGER,
    ),
    extensible=True,
)


def operation(**given: Any) -> Operation[Any]:
    """Describe an operation."""
    facts: dict[str, Any] = {
        "operation_id": "keepPet",
        "tag": "Pets",
        "method": "POST",
        "path": "/pets",
        "secured": True,
        "parameters": (),
        "body": None,
        "responses": {},
        "accept": "application/json",
    }
    return Operation(**{**facts, **given})
