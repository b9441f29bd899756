"""Which values the author's schemas allow, and as what a value may be read."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.prove.fit import Fit, fit_of, instant, readings
from codegen.prove.later_version import LaterVersion
from codegen.prove.samples import Sampler
from codegen.prove.scalars import NoSampleError
from codegen.prove.schemas import MAX_FORMS, TAG, Schemas

Json = Any
TEXT = {"type": "string"}
COMPONENTS: dict[str, Json] = {
    "Cat": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, "claws": TEXT}},
    "Dog": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, "bark": TEXT}},
    "Pet": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
    },
    "Base": {
        "type": "object",
        "properties": {"kind": TEXT},
        "discriminator": {"propertyName": "kind", "mapping": {"a": "First"}},
    },
    "First": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"x": TEXT}}]},
    "Second": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"y": TEXT}}]},
    "Self": {"allOf": [{"$ref": "#/components/schemas/Self"}]},
    "Rows": {"type": "array", "items": {"$ref": "#/components/schemas/Rows"}},
    "Loop": {
        "type": "object",
        "required": ["loop"],
        "properties": {"loop": {"$ref": "#/components/schemas/Loop"}},
    },
    "Tree": {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    },
}
SCHEMAS = Schemas({"components": {"schemas": COMPONENTS}})

EITHER: Json = {
    "oneOf": [
        {"required": ["k"], "properties": {"k": {"enum": [value]}, "of": {"enum": ["x"]}}}
        for value in ("a", "b")
    ]
}


def ref(name: str) -> Json:
    """Return a reference to one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def members(schema: Json) -> list[list[str]]:
    """Return the members of each form."""
    return [sorted(form.get("properties", {})) for form in SCHEMAS.forms(schema)]


@pytest.mark.parametrize(
    ("schema", "forms"),
    [
        pytest.param({"properties": {"a": {}}}, [["a"]], id="no composition"),
        pytest.param(
            {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
            [["a", "b"]],
            id="allOf is one form",
        ),
        pytest.param(
            {
                "properties": {"own": {}},
                "allOf": [{"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}],
            },
            [["a", "own"], ["b", "own"]],
            id="anyOf in allOf beside members",
        ),
        pytest.param(ref("Pet"), [["claws", "kind"], ["bark", "kind"]], id="variants"),
        pytest.param(ref("Base"), [["kind", "x"], ["kind", "y"]], id="derived by allOf"),
        pytest.param(ref("First"), [["kind", "x"]], id="a derived schema alone"),
        pytest.param(ref("Self"), [], id="nothing but itself"),
        pytest.param(
            {"properties": {"a": {}}, "discriminator": {"propertyName": "a"}},
            [["a"]],
            id="a discriminator that nothing derives from",
        ),
        pytest.param(
            {"allOf": [{"properties": {"a": TEXT}}, {"properties": {"a": {"maxLength": 1}}}]},
            [["a"]],
            id="a member of two parts",
        ),
    ],
)
def test_forms(schema: Json, forms: list[list[str]]) -> None:
    """Composition becomes the alternatives that it means."""
    assert members(schema) == forms


def test_tags() -> None:
    """A discriminator's member has the names that its mapping gives, else that of the schema."""
    found = [form["properties"]["kind"] for form in SCHEMAS.forms(ref("Pet"))]

    assert [(member["enum"], member[TAG]) for member in found] == [(["cat"], True), (["Dog"], True)]


@pytest.mark.parametrize(
    ("schema", "tags"),
    [
        pytest.param(ref("Cat"), [["cat"]], id="alone"),
        pytest.param({"allOf": [ref("Cat")], "nullable": True}, [["cat"]], id="described"),
        pytest.param({"oneOf": [ref("Dog"), TEXT]}, [["Dog"], None], id="in another union"),
        pytest.param(
            {"allOf": [ref("Cat"), {"required": ["claws"]}]}, [None], id="part of another"
        ),
        pytest.param(ref("First"), [["a"]], id="derived"),
    ],
)
def test_tags_of_a_variant_elsewhere(schema: Json, tags: Json) -> None:
    """A variant of a discriminator has its tag wherever it stands."""
    found = [form.get("properties", {}).get("kind", {}) for form in SCHEMAS.forms(schema)]

    assert [member.get("enum") for member in found] == tags


def test_tag_is_required_where_the_document_says_so() -> None:
    """Many documents do not require the member that the discriminator names."""
    required = [[*form.get("required", [])] for form in SCHEMAS.forms(ref("Base"))]

    assert required == [[], []]


def test_tags_that_are_whole_numbers() -> None:
    """They are numbers where the member is one, and text in the mapping."""
    one = {"type": "object", "properties": {"v": {"type": "integer"}}}
    schemas = Schemas({"components": {"schemas": {"One": one}}})
    tag: Json = {"propertyName": "v", "mapping": {"-1": "One"}}

    [form] = schemas.forms({"oneOf": [ref("One")], "discriminator": tag})

    assert form["properties"]["v"] == {"type": "integer", "enum": [-1], TAG: True}


def test_tag_of_the_variant_and_of_the_base() -> None:
    """The tag that one part names takes precedence over the plain member of another part."""
    tagged = {"allOf": [ref("Pet"), {"properties": {"kind": {"description": "Which."}}}]}

    assert [form["properties"]["kind"][TAG] for form in SCHEMAS.forms(tagged)] == [True, True]
    turned = {"allOf": [{"properties": {"kind": {"description": "Which."}}}, ref("Pet")]}
    assert [form["properties"]["kind"][TAG] for form in SCHEMAS.forms(turned)] == [True, True]


def test_forms_and_enums_are_bounded() -> None:
    """Many alternatives are cut; enums of two parts allow what both allow."""
    many = {"oneOf": [{"type": "integer", "minimum": n} for n in range(99)]}
    both = {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}

    assert len(SCHEMAS.forms(many)) == MAX_FORMS
    assert SCHEMAS.forms(both) == [{"enum": ["b"]}]


@pytest.mark.parametrize("further", [True, TEXT], ids=["open", "typed"])
def test_part_that_is_open(further: Json) -> None:
    """Of several parts with additionalProperties, one that has some counts, whatever the order."""
    parts: Json = [{"additionalProperties": further}, {"additionalProperties": False}]

    for each in (parts, parts[::-1]):
        [form] = SCHEMAS.forms({"allOf": each})
        assert form["additionalProperties"] == further


def test_reference_into_a_list() -> None:
    """A step of a reference may be an index."""
    schemas = Schemas({"a": [{"type": "integer"}], "b~/": {"0": TEXT}})

    assert schemas.resolve({"$ref": "#/a/0"}) == {"type": "integer"}
    assert schemas.resolve({"$ref": "#/b~0~1/0"}) == TEXT
    assert schemas.resolve({"$ref": "#/%62~0~1/0"}) == TEXT


@pytest.mark.parametrize(
    ("schema", "nullable"),
    [
        pytest.param({"nullable": True, "allOf": [ref("Cat")]}, True, id="beside allOf"),
        pytest.param({"allOf": [{"nullable": True}, ref("Cat")]}, False, id="one part only"),
        pytest.param({"oneOf": [{"nullable": True}, ref("Cat")]}, True, id="a variant"),
        pytest.param({"enum": ["a", None]}, True, id="a value"),
        pytest.param({"nullable": False, "enum": [None]}, False, id="denied"),
    ],
)
def test_nullable(schema: Json, *, nullable: bool) -> None:
    """Null is valid where the schema, all of its parts or a variant say so."""
    assert SCHEMAS.nullable(schema) is nullable


@pytest.mark.parametrize(
    ("value", "form", "fit"),
    [
        pytest.param("a", {"type": "integer"}, None, id="another type"),
        pytest.param(True, {"type": "integer"}, None, id="a boolean is no number"),
        pytest.param(1, {"type": "number"}, Fit(), id="an integer is a number"),
        pytest.param("2026-01-31", {"type": "string", "format": "date"}, Fit(), id="date"),
        pytest.param("text", {"type": "string", "format": "date"}, None, id="no date"),
        pytest.param("2026-01-31", {"type": "string", "format": "date-time"}, None, id="no time"),
        pytest.param("x", {"enum": ["a"]}, Fit(unknown=1), id="unknown value"),
        pytest.param("x", {"enum": ["a"], TAG: True}, None, id="unknown tag"),
        pytest.param({}, {"required": ["a"], "type": "object"}, None, id="required"),
        pytest.param(
            {}, {"required": ["a"], "properties": {"a": {"readOnly": True}}}, Fit(), id="one way"
        ),
        pytest.param({"b": 1}, {"properties": {"a": {}}}, Fit(undeclared=1), id="undeclared"),
        pytest.param(
            {"a": {"c": 1}, "b": 1},
            {"properties": {"a": {"properties": {"d": {}}}}},
            Fit(undeclared=1, deeper=1),
            id="undeclared in a part",
        ),
        pytest.param({"b": 1}, {"type": "object"}, Fit(), id="an open map"),
        pytest.param({"b": "x"}, {"additionalProperties": {"type": "integer"}}, None, id="map"),
        pytest.param([None], {"type": "array", "items": TEXT}, None, id="null"),
        pytest.param([None], {"type": "array", "items": {}}, Fit(), id="null is anything"),
    ],
)
def test_fit(value: Json, form: Json, fit: Fit | None) -> None:
    """A value fits a form, with a count of what is unusual, or does not."""
    assert fit_of(SCHEMAS, value, form) == fit


def test_readings_are_the_best() -> None:
    """A tag decides; else the fewest undeclared members do; equals are all returned."""
    bark = {"kind": "Dog", "bark": "woof"}
    free = {"oneOf": [{"properties": {"a": TEXT}}, {"properties": {"a": TEXT, "b": TEXT}}]}

    assert readings(SCHEMAS, bark, ref("Pet")) == [SCHEMAS.forms(ref("Pet"))[1]]
    assert readings(SCHEMAS, {"b": "x"}, free) == [SCHEMAS.forms(free)[1]]
    assert len(readings(SCHEMAS, {"a": "x"}, free)) == 2


@pytest.mark.parametrize("text", [None, "2026-01-31", "2026-13-31T00:00:00Z"])
def test_no_instant(text: object) -> None:
    """Only RFC 3339 date-times name a point in time."""
    assert instant(text) is None


SAMPLES: list[tuple[str, Json, Json]] = [
    ("boolean", {"type": "boolean"}, [True, False]),
    ("enum", {"enum": ["a", None, "b"]}, ["a", None, "b"]),
    ("integers", {"type": "integer", "format": "int32"}, [1, 0, -1]),
    ("bounds", {"type": "integer", "minimum": 5, "exclusiveMinimum": True}, [2**53 + 1]),
    ("upper bound", {"type": "integer", "maximum": 0, "exclusiveMaximum": True}, [-1]),
    ("far bounds", {"type": "integer", "minimum": 5, "maximum": 9}, [5]),
    ("steps", {"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 8}, [7]),
    ("numbers", {"type": "number"}, [1.5, 0, -0.25, 1e21]),
    ("length", {"type": "string", "minLength": 4, "maxLength": 4}, ["text"]),
    ("pattern", {"type": "string", "pattern": "^a-1$"}, ["a-1"]),
    ("format", {"type": "string", "format": "email"}, ["someone@example.com"]),
    ("uuid", {"type": "string", "format": "uuid", "nullable": True}, 3),
    ("anything", {}, ["anything", {"a": [1, None]}, 2]),
    ("optional", {"properties": {"a": {"enum": ["x"]}}}, [{"a": "x"}, {}]),
    ("required", {"required": ["a"], "properties": {"a": {"enum": ["x", "y"]}}}, 3),
    ("left out", {"properties": {"a": {"type": "string", "writeOnly": True}}}, [{}]),
    ("not declared", {"type": "object", "required": ["a"]}, [{"a": "anything"}]),
    (
        "map",
        {"additionalProperties": {"enum": ["x"]}},
        [{"further-One": "x", "further two": "x"}, {}],
    ),
    (
        "map whose members have the names that are tried",
        {"properties": {"further-One": {"enum": [1]}}, "additionalProperties": {"enum": ["x"]}},
        [{"further-One": 1, "further-One-": "x", "further two": "x"}, {}],
    ),
    ("few members", {"maxProperties": 1, "properties": {"a": TEXT}}, [{}]),
    ("closed map", {"maxProperties": 1, "additionalProperties": TEXT}, [{}]),
    ("list", {"type": "array", "items": {"enum": ["x", "y"]}}, [["x", "y"], ["x"], []]),
    ("list of one", {"type": "array", "items": {"enum": ["x"]}}, [["x", "x"], ["x"], []]),
    ("bounded", {"type": "array", "items": TEXT, "minItems": 7, "maxItems": 7}, 1),
    ("unique", {"type": "array", "items": {"enum": ["x"]}, "uniqueItems": True}, [["x"], []]),
    ("impossible items", {"type": "array", "items": ref("Self")}, [[]]),
    ("list of itself", ref("Rows"), 3),
    ("impossible member", {"properties": {"a": ref("Self")}}, [{}]),
    ("impossible variant", {"oneOf": [ref("Loop"), {"enum": ["a"]}]}, ["a"]),
]


@pytest.mark.parametrize(
    ("schema", "values"), [pytest.param(*row[1:], id=row[0]) for row in SAMPLES]
)
def test_samples(schema: Json, values: Json) -> None:
    """Every value is there, the fullest one first (a number: how many)."""
    found = Sampler(SCHEMAS, left_out="writeOnly").values(schema)

    assert (len(found) if isinstance(values, int) else found) == values


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(ref("Loop"), id="endless"),
        pytest.param({"type": "string", "pattern": "^x{9}$"}, id="pattern"),
        pytest.param({"type": "string", "pattern": "("}, id="pattern of another language"),
        pytest.param({"type": "string", "format": "email", "maxLength": 1}, id="format"),
        pytest.param({"type": "integer", "minimum": 3, "maximum": 2}, id="bounds"),
        pytest.param({"type": "array", "items": ref("Self"), "minItems": 1}, id="items"),
        pytest.param(
            {"type": "array", "items": {"enum": [1]}, "uniqueItems": True, "minItems": 2},
            id="unique items",
        ),
    ],
)
def test_no_sample(schema: Json) -> None:
    """Where no value is found, the caller is told."""
    with pytest.raises(NoSampleError):
        Sampler(SCHEMAS, left_out="").values(schema)


def test_large_samples_leave_out_optional_parts() -> None:
    """A wide and deep schema gives values of a bounded size."""
    wide = {
        "type": "object",
        "properties": {
            f"m{n}": {"type": "object", "properties": {f"k{i}": TEXT for i in range(40)}}
            for n in range(40)
        },
    }

    (full, *_) = Sampler(SCHEMAS, left_out="").values(wide)

    assert 0 < len(full) < 40


@pytest.mark.parametrize(
    ("addition", "value", "schema", "later"),
    [
        (
            "member",
            {"a": 1},
            {"properties": {"a": {}}},
            {"a": 1, "further-Member": {"a": [1, None]}},
        ),
        (
            "member",
            {},
            {"properties": {"further-Member": {}}},
            {"further-Member-": {"a": [1, None]}},
        ),
        (
            "enum",
            ["x"],
            {"type": "array", "items": {"enum": ["x", "y"]}},
            ["unknown-to-the-document"],
        ),
        ("enum", 1, {"enum": [1, 2]}, 987_654),
        ("enum", 1, {"enum": [1, "x"]}, 1),
        ("enum", None, {"enum": ["x", "y"], "nullable": True}, None),
        ("enum", {"kind": "Dog"}, ref("Pet"), {"kind": "Dog"}),
        ("tag", {"kind": "Dog"}, ref("Pet"), {"kind": "unknown-to-the-document"}),
        ("tag", {"kind": "Dog"}, ref("Dog"), {"kind": "Dog"}),
        ("tag", {"k": "a"}, EITHER, {"k": "unknown-to-the-document"}),
        ("tag", {"kind": "First"}, ref("Base"), {"kind": "unknown-to-the-document"}),
    ],
)
def test_later_version(addition: str, value: Json, schema: Json, later: Json) -> None:
    """Objects get a further member, enums a further value, unions a further tag."""
    assert LaterVersion(SCHEMAS, addition).of(value, schema) == later


def test_open_object_has_further_members() -> None:
    """Where any further member is allowed, some are passed: a client must not refuse them."""
    schema: Json = {"properties": {"a": {"enum": ["x"]}}, "additionalProperties": True}

    full, least = Sampler(Schemas({}), left_out="").values(schema)

    assert (full, least) == (
        {"a": "x", "further-One": "anything", "further two": "anything"},
        {},
    )
