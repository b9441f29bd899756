"""Python values of a package: how they are built for a call, and compared after one."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field
from persium_api.types import UNSET, File, Unset

from codegen.prove import to_dict
from codegen.prove.build import Builder, BuildError
from codegen.prove.naming import assign, evaluated
from codegen.prove.read import Reader, alike, shown
from codegen.prove.schemas import TAG, Schemas

Json = Any
TEXT = {"type": "string"}
NOTHING = Schemas({})


class State(StrEnum):
    """An enum of a package."""

    NEW = "new"
    READY = "ready"


class Bit(IntEnum):
    """An enum of whole numbers."""

    ONE = 1


class Level(StrEnum):
    """Another one."""

    LOW = "low"


@define
class Thing:
    """A model of a package."""

    full_name: str
    at: datetime | Unset = UNSET
    state: State | Unset = UNSET
    additional_properties: dict[str, int] = field(init=False, factory=dict[str, int])


@define
class Other:
    """A model that needs a member, and has no bag for others."""

    full_name: str
    level: Level
    needed: str


@pytest.mark.parametrize(
    ("wires", "names", "given"),
    [
        (["fooBar", "foo_bar"], ["foo_bar", "fooBar"], {"fooBar": "fooBar", "foo_bar": "foo_bar"}),
        (["fooBar", "@type"], ["foo_bar", "type_"], {"fooBar": "foo_bar", "@type": "type_"}),
        (["1st"], ["field_1st"], {"1st": "field_1st"}),
        (["_x", "x-"], ["field_x", "x"], {"_x": "field_x", "x-": "x"}),
        (["client"], ["client_argument", "x"], {"client": "client_argument"}),
        (["UNSET", "Unset"], ["UNSET_", "Unset_"], {"UNSET": "UNSET_", "Unset": "Unset_"}),
        (
            ["a-b", "a.b", "a b"],
            ["a_b3", "a_b", "a_b2"],
            {"a-b": "a_b", "a.b": "a_b2", "a b": "a_b3"},
        ),
        (["a"], ["b"], {}),
        (["a"], ["a_x", "a_y"], {}),
    ],
)
def test_names(wires: list[str], names: list[str], given: dict[str, str]) -> None:
    """A name is found as it is, in snake case, or with something added; never guessed."""
    assert assign(wires, names) == given


def test_annotation_that_is_no_text() -> None:
    """A type is itself."""
    assert evaluated(int, __name__) is int


def test_names_of_a_place() -> None:
    """The place tells parameters of one name apart."""
    assert assign(["id"], ["id", "id_path"], "path") == {"id": "id_path"}


def test_stated_names() -> None:
    """A name that the document states need not resemble the name on the wire."""
    described = {"due[gte]": {"x-python-name": "due_from"}, "from": {}}

    found = assign(described, ["due_from", "from_"], described=described)

    assert found == {"due[gte]": "due_from", "from": "from_"}


THING: Json = {
    "type": "object",
    "properties": {
        "fullName": TEXT,
        "at": {"type": "string", "format": "date-time"},
        "state": {"type": "string", "enum": ["new", "ready"]},
        "serial": {"type": "string", "readOnly": True},
    },
    "additionalProperties": {"type": "integer"},
}
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("annotation", "value", "schema", "built"),
    [
        (str, "x", TEXT, "x"),
        (datetime | Unset, "2026-01-31T12:00:00Z", THING["properties"]["at"], NOON),
        (str | Unset, "2026-01-31T12:00:00Z", THING["properties"]["at"], "2026-01-31T12:00:00Z"),
        (date, "2026-01-31", {"type": "string", "format": "date"}, date(2026, 1, 31)),
        (Level | State, "ready", TEXT, State.READY),
        (Level, "other", TEXT, "other"),
        (bytes, "x", {"type": "string", "format": "binary"}, b"x"),
        (str, "x", {"type": "string", "format": "binary"}, "x"),
        (dict[str, Any], {"a": 1}, {}, {"a": 1}),
        (Any, [1], {}, [1]),
        (None, None, TEXT, None),
    ],
)
def test_values_for_a_call(annotation: Json, value: Json, schema: Json, built: Json) -> None:
    """The annotation decides on the type."""
    assert Builder(NOTHING).build(annotation, value, schema) == built


def test_flag_is_no_number() -> None:
    """``True`` is no member of an enum of whole numbers, although it equals 1."""
    flag = True

    assert Builder(NOTHING).build(Bit | bool, flag, {"type": "boolean"}) is flag


def test_files_for_a_call() -> None:
    """Binary content is a file where the annotation says so."""
    built = Builder(NOTHING).build(File, "x", {"type": "string", "format": "binary"})

    assert built.payload.read() == b"x"


def test_models_for_a_call() -> None:
    """Members go to attributes, others into the bag; a model without a read-only one is right."""
    value = {"fullName": "n", "at": "2026-01-31T12:00:00Z", "serial": "1", "more": 2}

    built = Builder(NOTHING).build(list[Other] | list[Thing], [value], {"items": THING})

    expected = Thing("n", NOON)
    expected.additional_properties = {"more": 2}
    assert built == [expected]


def test_model_of_known_enum_values_is_preferred() -> None:
    """A model whose enum has no such value comes last."""
    schema = {"properties": {"fullName": TEXT, "level": TEXT, "needed": TEXT}}
    value = {"fullName": "n", "level": "low", "needed": "x"}

    assert Builder(NOTHING).build(Thing | Other, value, schema) == Other("n", Level.LOW, "x")


def test_model_of_right_types_is_preferred() -> None:
    """Of models with the same members, the one whose types the values have is passed."""

    @define
    class Numbered:
        full_name: int

    schema: Json = {"properties": {"fullName": {}}}
    named = Builder(NOTHING).build(Numbered | Thing, {"fullName": "n"}, schema)
    neither = Builder(NOTHING).build(Numbered | Thing, {"fullName": None}, schema)

    assert (named, neither) == (Thing("n"), Numbered(None))  # type: ignore[arg-type]  # no type fits


def test_model_without_a_bag() -> None:
    """Members that a model cannot keep are left to the comparison of what was sent."""
    value = {"fullName": "n", "level": "low", "needed": "x", "more": 1}
    schema = {"properties": {"fullName": TEXT, "level": TEXT, "needed": TEXT}}

    assert Builder(NOTHING).build(Other, value, schema) == Other("n", Level.LOW, "x")


@pytest.mark.parametrize(
    ("annotation", "value", "schema", "words"),
    [
        (Thing, {"colour": "red"}, {"properties": {"colour": TEXT}}, "/colour: Thing has no such"),
        (list[Other], [{"fullName": "n"}], {"items": THING}, "/0: Other.__init__() missing 2"),
        (Thing, {}, THING, "the value: Thing.__init__() missing 1"),
    ],
)
def test_value_that_cannot_be_passed(
    annotation: Json, value: Json, schema: Json, words: str
) -> None:
    """The error names the member."""
    with pytest.raises(BuildError) as caught:
        Builder(NOTHING).build(annotation, value, schema)
    assert str(caught.value).startswith(words)


def thing(*, more: Json = None, **members: Json) -> Thing:
    """Return a model, *more* in its bag."""
    given: Json = {"full_name": "n", **members}
    made = Thing(**given)
    made.additional_properties.update(more or {})
    return made


EITHER: Json = {"oneOf": [TEXT, {"type": "string", "format": "date"}]}
CLOSED: Json = {"properties": {"fullName": TEXT}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("seen", "value", "schema", "problem"),
    [
        (thing(at=NOON), {"fullName": "n", "at": "2026-01-31T12:00:00Z"}, THING, None),
        (thing(), {"fullName": "m"}, THING, "/fullName: expected 'm', seen 'n'"),
        (thing(state=State.NEW), {"fullName": "n"}, THING, "/state: expected unset, seen"),
        (thing(), {"fullName": "n", "serial": "1"}, THING, "/serial: expected a declared member"),
        (thing(more={"x": 1}), {"fullName": "n", "x": 1}, THING, None),
        (thing(), {"fullName": "n", "x": 1}, THING, "/x: expected 1, seen nothing"),
        (thing(), {"fullName": "n", "x": 1}, CLOSED, None),
        (
            thing(at="x"),
            {"fullName": "n", "at": "2026-01-31T12:00:00Z"},
            THING,
            "/at: expected the datetime",
        ),
        (thing(state="new"), {"fullName": "n", "state": "new"}, THING, "/state: expected the enum"),
        (thing(state=State.NEW), {"fullName": "n", "state": "new"}, THING, None),
        ({"fullName": "n"}, {"fullName": "n"}, THING, "the value: expected an object, seen {"),
        ({"a": 1}, {"a": 1}, {"type": "object"}, None),
        (thing(more={"x": 1}), {"fullName": "n", "x": 1}, {"type": "object"}, None),
        (thing(), {"fullName": "n", "x": 1}, {"type": "object"}, "/fullName: expected 'n', seen"),
        ({"a": 1}, {"a": 1}, {"additionalProperties": {"type": "integer"}}, None),
        ("new", "new", {"enum": ["new", "old"], "type": "string", TAG: True}, None),
        ("new", "new", {"enum": ["new", 1]}, None),
        ([1], [1], {"type": "array", "items": {"type": "integer"}}, None),
        ([1], [1, 2], {"type": "array"}, "the value: expected a list of 2, seen [1]"),
        (None, None, TEXT, None),
        (UNSET, None, TEXT, "the value: expected null, seen nothing"),
        ({"a": [1]}, {"a": [1]}, {}, None),
        (2, 1, {}, "the value: expected 1, seen 2"),
        ("2026-01-31", "2026-01-31", EITHER, None),
        (date(2026, 1, 31), "2026-01-31", EITHER, None),
        (1, "x", {"type": "integer"}, None),
    ],
)
def test_decoded_values(seen: Json, value: Json, schema: Json, problem: str | None) -> None:
    """The first member that is not as the document says is named; of equal readings any will do."""
    found = Reader(NOTHING).difference(seen, value, schema)

    assert found is None if problem is None else str(found).startswith(problem)


@pytest.mark.parametrize(
    ("seen", "value", "same"),
    [
        (State.NEW, "new", True),
        (NOON, "2026-01-31T13:00:00+01:00", True),
        (UUID(int=10), str(UUID(int=10)).upper(), True),
        (1, True, False),
        ([thing(more={"b": 2})], [{"fullName": "n", "b": 2}], True),
        (thing(), {"fullName": "n", "b": 2}, False),
    ],
)
def test_alike(seen: Json, value: Json, *, same: bool) -> None:
    """Values are compared without a schema where none describes them."""
    assert alike(seen, value) is same


def test_values_in_messages() -> None:
    """A message shows no address in memory, and no long text."""
    assert shown(io.BytesIO) == "<class '_io.BytesIO'>"
    assert shown(io.BytesIO()) == "BytesIO"
    assert shown(UNSET) == "nothing"
    assert len(shown("x" * 999)) == 120


@define
class Written:
    """A model whose ``to_dict`` returns what a test sets, or fails."""

    written: Any

    def to_dict(self) -> Any:
        """Return it."""
        return self.written["a"]


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (Written({"a": {"at": "2026-01-31T09:30:00+00:00"}}), None),
        ([Written({"a": {"at": "2026-01-31T09:30:00Z"}})], None),
        ("no model", None),
        (Written({"a": {}}), "Written.to_dict()/at: expected '2026-01-31T09:30:00Z', seen nothing"),
        (Written({}), "Written.to_dict(): expected JSON, seen KeyError: 'a'"),
    ],
)
def test_to_dict(found: object, problem: str | None) -> None:
    """What a model writes is what it was read from."""
    value: Json = {"at": "2026-01-31T09:30:00Z"}

    assert to_dict.difference(found, [value] if isinstance(found, list) else value) == problem


def test_text_that_looks_like_a_date() -> None:
    """It is a text where the schema has no format."""
    found = Reader(NOTHING).difference(date(2026, 1, 31), "2026-01-31", TEXT)

    assert found == "the value: expected the text '2026-01-31', seen datetime.date(2026, 1, 31)"
