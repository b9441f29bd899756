"""Values that are made from a schema are valid against it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

from codegen.examples.strings import FORMATS
from codegen.examples.values import ExampleMaker, NoExampleError
from codegen.read.document import Document

Schema = dict[str, Any]


def make(schema: Schema, **schemas: object) -> object:
    """Make a value for *schema*, which may refer to *schemas*."""
    data: Schema = {"components": {"schemas": schemas}}
    document = Document(data=data, json="", source=b"")
    return ExampleMaker(document.resolve).value(schema)


def check(schema: Schema, value: object) -> None:
    """Validate *value* against *schema*, with a validator that is not ours."""
    OAS30ReadValidator(schema, format_checker=oas30_format_checker).validate(value)


@st.composite
def numbers(draw: st.DrawFn) -> Schema:
    """Schemas of numbers that at least one number fits."""
    kind = draw(st.sampled_from(["integer", "number"]))
    step = draw(st.integers(1, 20) if kind == "integer" else st.sampled_from([0.25, 0.5, 1, 3]))
    fits = draw(st.integers(-100, 100)) * step
    schema: Schema = {"type": kind}
    if draw(st.booleans()):
        schema["multipleOf"] = step
    if draw(st.booleans()):
        gap = draw(st.sampled_from([0, 1, 3, 0.75]))
        schema |= {"minimum": fits - gap, "exclusiveMinimum": gap > 0 and draw(st.booleans())}
    if draw(st.booleans()):
        gap = draw(st.sampled_from([0, 1, 3, 0.75]))
        schema |= {"maximum": fits + gap, "exclusiveMaximum": gap > 0 and draw(st.booleans())}
    return schema


@st.composite
def strings(draw: st.DrawFn) -> Schema:
    """Schemas of strings."""
    least = draw(st.integers(0, 20))
    lengths = draw(
        st.sampled_from(
            [{}, {"minLength": least}, {"maxLength": least}, {"minLength": least, "maxLength": 20}]
        )
    )
    names = sorted(FORMATS.keys() - {"time"})  # the validator knows times without a zone only
    known = st.sampled_from(names).map(lambda name: {"format": name})
    patterns = st.sampled_from(["^[a-z]+$", "^[A-Z]", "[0-9]", "^[A-Za-z0-9-]+$"])
    with_pattern = patterns.map(lambda pattern: {"pattern": pattern})
    return {"type": "string"} | draw(st.just(lengths) | known | with_pattern)


LEAVES: st.SearchStrategy[Schema] = (
    numbers()
    | strings()
    | st.just({"type": "boolean"})
    | st.just({"type": "string", "enum": ["up", "down"]})
    | st.just({})
)


@st.composite
def objects(draw: st.DrawFn, members: st.SearchStrategy[Schema]) -> Schema:
    """Schemas of objects, some of them closed."""
    properties = draw(st.dictionaries(st.sampled_from("abcdef"), members, max_size=4))
    required = [name for name in properties if draw(st.booleans())]
    schema: Schema = {"type": "object", "properties": properties}
    schema |= {"required": required} if required else {}
    return schema | draw(st.sampled_from([{}, {"additionalProperties": False}]))


@st.composite
def arrays(draw: st.DrawFn, items: st.SearchStrategy[Schema]) -> Schema:
    """Schemas of arrays."""
    least = draw(st.integers(0, 3))
    schema: Schema = {"type": "array", "items": draw(items), "minItems": least}
    return schema | draw(st.sampled_from([{}, {"maxItems": least}]))


@st.composite
def unions(draw: st.DrawFn, members: st.SearchStrategy[Schema]) -> Schema:
    """Schemas of one of two objects that a member tells apart."""
    alternatives = [
        {
            "type": "object",
            "required": ["kind", "value"],
            "properties": {"kind": {"type": "string", "enum": [name]}, "value": draw(members)},
        }
        for name in ("first", "second")
    ]
    return {draw(st.sampled_from(["oneOf", "anyOf"])): alternatives}


@st.composite
def joined(draw: st.DrawFn, members: st.SearchStrategy[Schema]) -> Schema:
    """Schemas of an object in two parts."""
    parts = [
        {"type": "object", "required": [name], "properties": {name: draw(members)}}
        for name in ("first", "second")
    ]
    return {"allOf": parts}


def nested(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    """Put schemas into schemas."""
    nullable = inner.filter(lambda schema: "type" in schema).map(lambda s: s | {"nullable": True})
    return objects(inner) | arrays(inner) | unions(inner) | joined(inner) | nullable


@settings(deadline=None)  # the machine may be busy
@given(schema=st.recursive(LEAVES, nested, max_leaves=8))
def test_value_fits(schema: Schema) -> None:
    """A value is made for any schema of these kinds, and an independent validator accepts it."""
    check(schema, make(schema))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param({"type": "integer", "example": 7}, 7, id="example"),
        pytest.param({"type": "integer", "default": 8}, 8, id="default"),
        pytest.param({"type": "string", "enum": ["b", "a"]}, "b", id="enum"),
        pytest.param({"items": {"type": "integer"}}, [0], id="array without a type"),
        pytest.param({"type": "array", "items": {}, "maxItems": 0}, [], id="empty array"),
        pytest.param(
            {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 2, "uniqueItems": True},
            [1, 2],
            id="different items",
        ),
        pytest.param({"type": "number", "minimum": 0.5}, 1, id="next whole number"),
        pytest.param({"type": "integer", "maximum": -1}, -1, id="upper bound"),
        pytest.param(
            {"type": "integer", "maximum": -1, "exclusiveMaximum": True}, -2, id="below a bound"
        ),
        pytest.param(
            {"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 4, id="above a bound"
        ),
        pytest.param({"type": "integer", "minimum": 1, "multipleOf": 2.5}, 5, id="whole multiple"),
        pytest.param({"type": "number", "minimum": 0.5, "maximum": 0.75}, 0.625, id="between"),
        pytest.param(
            {"type": "object", "properties": {"a": {"example": 1}, "b": {"type": "string"}}},
            {"a": 1},
            id="optional members with an example",
        ),
        pytest.param(
            {
                "type": "object",
                "required": ["a", "b"],
                "properties": {"a": {"writeOnly": True, "example": 1}, "b": {"type": "boolean"}},
            },
            {"b": False},
            id="what is only sent is never answered",
        ),
        pytest.param(
            {"type": "object", "properties": {"a": {"writeOnly": True, "example": 1}}},
            {},
            id="not even with an example",
        ),
        pytest.param({"type": "object", "required": ["a"]}, {"a": {}}, id="undescribed member"),
        pytest.param({"allOf": [{"type": "string", "example": "a"}]}, "a", id="allOf as a wrapper"),
        pytest.param(
            {"allOf": [{"properties": {"a": {"example": 1}}, "example": {"a": 2}}, {}]},
            {"a": 1},
            id="the example of a part is not that of the whole",
        ),
        pytest.param({"anyOf": [{"type": "object"}]}, {}, id="an alternative without a name"),
        pytest.param(
            {"oneOf": [{"type": "string", "maxLength": 0, "pattern": "."}, {"type": "integer"}]},
            0,
            id="the first alternative that can be made",
        ),
        pytest.param({"type": "string", "pattern": "^[A-Z]{2}$"}, "EX", id="pattern of a length"),
        pytest.param({"type": "string", "pattern": "^[0-9]{13}$"}, "1234567890123", id="digits"),
    ],
)
def test_value(schema: Schema, value: object) -> None:
    """What a schema shows takes precedence; else the value is small."""
    assert make(schema) == value
    check(schema, value)


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "string", "pattern": "^never made$"}, id="pattern"),
        pytest.param({"type": "string", "pattern": "[\\p{L}--x]("}, id="pattern of ECMA 262"),
        pytest.param({"type": "string", "format": "uuid", "maxLength": 3}, id="format too long"),
        pytest.param({"type": "integer", "minimum": 1, "maximum": 0}, id="no number"),
        pytest.param(
            {"type": "number", "minimum": 1, "maximum": 2, "multipleOf": 5}, id="no multiple"
        ),
        pytest.param(
            {"type": "number", "minimum": 1, "maximum": 1, "exclusiveMaximum": True}, id="no gap"
        ),
        pytest.param({"type": "number", "maximum": -1, "minimum": -0.5}, id="bounds crossed"),
        pytest.param(
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": True},
            id="different items of a kind that is not listed",
        ),
        pytest.param(
            {
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "maximum": 0},
                "minItems": 1,
            },
            id="items that can't be",
        ),
        pytest.param({"oneOf": [{"type": "integer", "minimum": 1, "maximum": 0}]}, id="oneOf"),
    ],
)
def test_no_example(schema: Schema) -> None:
    """Where no value is found, an error says so; a wrong value is never made."""
    with pytest.raises(NoExampleError):
        make(schema)


NODE = {"$ref": "#/components/schemas/Node"}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param({"type": "array", "items": NODE}, {"next": []}, id="array"),
        pytest.param(
            {
                "type": "object",
                "nullable": True,
                "allOf": [NODE],
                "required": ["x"],
                "properties": {"x": NODE},
            },
            {"next": None},
            id="nullable",
        ),
        pytest.param({"oneOf": [NODE, {"type": "string"}]}, {"next": "example"}, id="alternative"),
    ],
)
def test_schema_within_itself(member: Schema, value: object) -> None:
    """A schema that contains itself comes to an end where it may."""
    node = {"type": "object", "required": ["next"], "properties": {"next": member}}

    assert make(NODE, Node=node) == value


def test_endless_schema() -> None:
    """A schema that must contain itself has no value."""
    node = {"type": "object", "required": ["next"], "properties": {"next": NODE}}

    with pytest.raises(NoExampleError, match="contains itself"):
        make(NODE, Node=node)


@pytest.mark.parametrize(
    ("mapping", "kind"),
    [
        pytest.param({}, "Cat", id="by the schema's name"),
        pytest.param(
            {"dog": "#/components/schemas/Dog", "cat": "#/components/schemas/Cat"},
            "cat",
            id="by mapping",
        ),
        pytest.param({"dog": "#/components/schemas/Dog"}, "Cat", id="not mapped"),
        pytest.param({"feline": "Cat"}, "feline", id="mapped by its name"),
    ],
)
def test_discriminator(mapping: dict[str, str], kind: str) -> None:
    """The discriminator has the name of the alternative."""
    discriminator = {"propertyName": "kind", "mapping": mapping}
    schema = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": discriminator}
    cat = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}

    assert make(schema, Cat=cat) == {"kind": kind}
