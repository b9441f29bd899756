"""Which wrong values are tried: each place of a schema once, and none that a variant might have."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.prove.facade import Target
from codegen.prove.responses import Answer
from codegen.prove.schemas import Schemas
from codegen.prove.spoilt import Spoiler, SpoiltProof
from codegen.prove.wire import Result, Served
from persium_ext import ApiStatusError

Json = Any
TEXT: Json = {"type": "string"}
SECRET: Json = {"type": "string", "writeOnly": True}
ITSELF: Json = {"type": "array", "items": {"$ref": "#/Itself"}}
POINT: Json = {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}
LIST: Json = {"type": "array", "items": TEXT}
HAS_SECRET: Json = {"type": "object", "required": ["s"], "properties": {"s": SECRET}}
EITHER: Json = {"oneOf": [POINT, TEXT]}
TAGGED: Json = {
    "oneOf": [{"$ref": "#/components/schemas/Point"}],
    "discriminator": {"propertyName": "kind"},
}


def spoilt(value: Json, schema: Json) -> list[tuple[str, Json]]:
    """Return the wrong values."""
    document = {"Itself": ITSELF, "components": {"schemas": {"Point": POINT}}}
    return list(Spoiler(Schemas(document), left_out="writeOnly").of(value, schema))


@pytest.mark.parametrize(
    ("value", "schema", "wrong"),
    [
        pytest.param("a", TEXT, [(" of another type", {"a": 1})], id="scalar"),
        pytest.param(1, {"type": "integer"}, [(" of another type", 1.5)], id="integer"),
        pytest.param(
            {"x": 1},
            POINT,
            [
                (" of another type", "a"),
                ("/x missing", {}),
                ("/x of another type", {"x": 1.5}),
                ("/not-a-member unknown", {"x": 1, "not-a-member": 1}),
            ],
            id="object",
        ),
        pytest.param(
            {},
            {"type": "object", "properties": {"not-a-member": TEXT}},
            [(" of another type", "a"), ("/not-a-member- unknown", {"not-a-member-": 1})],
            id="object with the name of a member that is tried",
        ),
        pytest.param(
            {},
            {**POINT, "additionalProperties": {}},
            [(" of another type", "a")],
            id="absent member",
        ),
        pytest.param(
            {"y": 1},
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [(" of another type", "a"), ("/y of another type", {"y": 1.5})],
            id="further member",
        ),
        pytest.param(
            {"y": 1},
            {**POINT, "required": ["y"]},
            [(" of another type", "a")],
            id="required member that is not described",
        ),
        pytest.param(
            ["a", "b"],
            {"type": "array", "items": TEXT},
            [(" of another type", "a"), ("/0 of another type", [{"a": 1}, "b"])],
            id="list",
        ),
        pytest.param(
            [], {"type": "array", "items": TEXT}, [(" of another type", "a")], id="empty list"
        ),
        pytest.param(
            {"s": "a"},
            {**HAS_SECRET, "additionalProperties": True},
            [(" of another type", "a"), ("/s of another type", {"s": {"a": 1}})],
            id="member that may be absent in this direction",
        ),
        pytest.param([[]], ITSELF, [(" of another type", "a")], id="list of itself"),
        pytest.param(None, {**TEXT, "nullable": True}, [], id="null"),
        pytest.param("a", {}, [], id="anything"),
        pytest.param("a", EITHER, [(" of another type", {"a": 1})], id="variants"),
        pytest.param(
            {"x": 1},
            EITHER,
            [
                (" of another type", {"a": 1}),
                ("/x missing", {}),
                ("/x of another type", {"x": 1.5}),
            ],
            id="object among variants",
        ),
        pytest.param(
            "a", {"oneOf": [TEXT, {"type": "object"}]}, [(" of another type", 1.5)], id="any object"
        ),
        pytest.param(
            ["a"],
            {"oneOf": [LIST, {"type": "array", "items": POINT}]},
            [(" of another type", {"a": 1})],
            id="lists as variants, which may be mixed",
        ),
        pytest.param(
            {"kind": "Point", "x": 1},
            TAGGED,
            [
                (" of another type", "a"),
                ("/kind of another type", {"kind": {"a": 1}, "x": 1}),
                ("/x missing", {"kind": "Point"}),
                ("/x of another type", {"kind": "Point", "x": 1.5}),
            ],
            id="variant with a tag",
        ),
    ],
)
def test_wrong_values(value: Json, schema: Json, wrong: Json) -> None:
    """One thing is wrong in each; a value that another variant might have is none."""
    assert spoilt(value, schema) == wrong


@pytest.mark.parametrize(
    ("error", "fine"),
    [
        pytest.param(ApiStatusError("e", status=404), True, id="none"),
        pytest.param(ApiStatusError("e", status=404, body={}), True, id="as it was served"),
        pytest.param(ApiStatusError("e", status=404, body=POINT), False, id="another"),
        pytest.param(TypeError("x is missing"), False, id="no error of the client"),
    ],
)
def test_wrong_body_of_an_error(error: Exception, *, fine: bool) -> None:
    """It may stay JSON, where some operation documents a body without a model for the status."""
    proof = SpoiltProof(Spoiler(Schemas({}), ""), Spoiler(Schemas({}), ""))
    found = Answer(Served(404, "application/json"), {"x": 1}, POINT)
    notes: list[str] = []
    attempts = proof.answers(Target("things", "call", {}), [found], dict, notes.append)
    missing = next(each for each in attempts if each.served[0].content == b"{}")

    missing.judge(Result([], error=error))

    assert (not notes) is fine


def test_variants_are_tried_once() -> None:
    """A list of itself may have items of any type, behind variants too."""
    document: Json = {"Value": {"oneOf": [TEXT, {"type": "array", "items": {"$ref": "#/Value"}}]}}

    places = [wrong for wrong, _ in Spoiler(Schemas(document), "").of(["a"], document["Value"])]

    assert places == [" of another type"]


def test_places_are_tried_once() -> None:
    """Of a schema that stands in two places, the parts are spoilt in the first one only."""
    reference = {"$ref": "#/components/schemas/Point"}
    both = {"type": "object", "properties": {"a": reference, "b": reference}}

    places = [wrong for wrong, _ in spoilt({"a": {"x": 1}, "b": {"x": 1}}, both)]

    assert places == [
        " of another type",
        "/a of another type",
        "/a/x missing",
        "/a/x of another type",
        "/a/not-a-member unknown",
        "/b of another type",
        "/not-a-member unknown",
    ]
