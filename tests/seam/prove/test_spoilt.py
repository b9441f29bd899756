"""Which wrong values are tried: each place of a schema once, and no place with variants."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.prove.schemas import Schemas
from codegen.prove.spoilt import Spoiler

Json = Any
TEXT: Json = {"type": "string"}
SECRET: Json = {"type": "string", "writeOnly": True}
ITSELF: Json = {"type": "array", "items": {"$ref": "#/Itself"}}
POINT: Json = {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}
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
            ],
            id="object",
        ),
        pytest.param({}, POINT, [(" of another type", "a")], id="absent member"),
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
            {"type": "object", "required": ["s"], "properties": {"s": SECRET}},
            [(" of another type", "a"), ("/s of another type", {"s": {"a": 1}})],
            id="member that may be absent in this direction",
        ),
        pytest.param([[]], ITSELF, [(" of another type", "a")], id="list of itself"),
        pytest.param(None, {**TEXT, "nullable": True}, [], id="null"),
        pytest.param("a", {}, [], id="anything"),
        pytest.param("a", EITHER, [], id="variants"),
        pytest.param({"kind": "Point", "x": 1}, TAGGED, [], id="variant with a tag"),
    ],
)
def test_wrong_values(value: Json, schema: Json, wrong: Json) -> None:
    """One thing is wrong in each; a value that another variant might have is none."""
    assert spoilt(value, schema) == wrong


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
        "/b of another type",
    ]
