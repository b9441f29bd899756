"""Schemas as upstream gets them: scalars, lists, unions, and classes of their own."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.errors import DocumentError
from codegen.lower import Lowered, lower
from codegen.read.document import Document

Node = dict[str, Any]
TEXT: Node = {"type": "string"}
DAY: Node = {"type": "string", "format": "date"}
NULL: Node = {"type": "null"}
WHOLE: Node = {"type": "integer"}


def ref(name: str) -> Node:
    """Refer to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def model(**properties: Node) -> Node:
    """Make an object with these members."""
    return {"type": "object", "properties": properties}


def closed(required: list[str] | None = None, **properties: Node) -> Node:
    """Make an object as it is lowered."""
    return {**model(**properties), "required": required or []}


def lowered(schema: Node, components: dict[str, Node] | None = None, **more: Any) -> Lowered:
    """Lower a document with one operation that responds with *schema*."""
    operation = {
        "operationId": "getIt",
        "tags": ["Things"],
        "security": [],
        "responses": {
            "200": {"description": "d", "content": {"application/json": {"schema": schema}}}
        },
        **more,
    }
    info = {"title": "t", "version": "1"}
    data = {"info": info, "paths": {"/it": {"post": operation}}}
    data["components"] = {"schemas": components or {}}
    return lower(Document(data, "", b""))


def read(schema: Node, components: dict[str, Node] | None = None) -> tuple[Node, dict[str, Node]]:
    """Return a response's schema as it is lowered, and the classes."""
    made = lowered(schema, components).data
    responses = made["paths"]["/it"]["post"]["responses"]
    found: Node = responses["200"]["content"]["application/json"]["schema"]
    return found, made["components"]["schemas"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param({}, {}, id="anything"),
        pytest.param(TEXT, TEXT, id="text"),
        pytest.param({**TEXT, "format": "binary"}, TEXT, id="bytes in JSON are text"),
        pytest.param({**TEXT, "nullable": True}, {"oneOf": [TEXT, NULL]}, id="nullable"),
        pytest.param({"items": DAY}, {"type": "array", "items": DAY}, id="list without a type"),
        pytest.param(
            {**WHOLE, "default": 3, "description": "So many."},
            {**WHOLE, "description": "So many. Default: 3."},
            id="a default is described",
        ),
        pytest.param(
            {**WHOLE, "default": 3}, {**WHOLE, "description": "Default: 3."}, id="default"
        ),
        pytest.param({"oneOf": [TEXT, WHOLE, TEXT]}, {"oneOf": [TEXT, WHOLE]}, id="union"),
        pytest.param({"anyOf": [DAY]}, DAY, id="union of one"),
        pytest.param(
            {"oneOf": [{"items": TEXT}, {"items": WHOLE}]},
            {"oneOf": [{"type": "array", "items": TEXT}, {"type": "array", "items": WHOLE}]},
            id="lists of plain values",
        ),
        pytest.param(
            {"oneOf": [WHOLE, {"items": TEXT}, {"items": {"anyOf": [DAY, TEXT]}}]},
            {"oneOf": [{"type": "array", "items": {"oneOf": [TEXT, DAY]}}, WHOLE]},
            id="lists that upstream would write as the first",
        ),
        pytest.param(
            {"oneOf": [{"items": DAY}, {"items": DAY, "description": "d"}]},
            {"type": "array", "items": DAY},
            id="lists that are alike",
        ),
        pytest.param(
            {"oneOf": [{**TEXT, "nullable": True}, WHOLE]},
            {"oneOf": [TEXT, WHOLE, NULL]},
            id="a nullable variant",
        ),
        pytest.param({"allOf": [TEXT, {"description": "d"}]}, TEXT, id="a described part"),
        pytest.param({"allOf": [{"description": "d"}, TEXT]}, TEXT, id="a part described before"),
        pytest.param({"allOf": [TEXT, TEXT]}, TEXT, id="alike parts"),
        pytest.param({"allOf": [TEXT, DAY]}, DAY, id="a narrower part"),
        pytest.param({"allOf": [TEXT, {"format": "date"}]}, DAY, id="a format in a part"),
        pytest.param({"allOf": [TEXT], "format": "date"}, DAY, id="a format beside a part"),
        pytest.param({"format": "date"}, {}, id="a format alone says nothing"),
        pytest.param({"allOf": [WHOLE, {"type": "number"}]}, WHOLE, id="whole and other numbers"),
        pytest.param(
            {"allOf": [{"oneOf": [TEXT, WHOLE]}, DAY]}, DAY, id="variants that do not fit are left"
        ),
        pytest.param(
            {"type": "array", "items": {}, "allOf": [{"type": "array", "items": DAY}]},
            {"type": "array", "items": DAY},
            id="lists of anything and of days",
        ),
        pytest.param({"enum": [None]}, NULL, id="null only"),
        pytest.param(
            {"enum": [1.5, 2, None]},
            {"oneOf": [{"type": "number", "x-values": [1.5, 2]}, NULL]},
            id="halves",
        ),
        pytest.param(
            {"enum": ["a", 1, True, [1]]},
            {
                "oneOf": [
                    {},
                    {"type": "boolean", "x-values": [True]},
                    {**WHOLE, "x-values": [1]},
                    {**TEXT, "x-values": ["a"]},
                ]
            },
            id="values of all types",
        ),
        pytest.param(
            {**TEXT, "enum": ["a\u200b"]},
            {**TEXT, "x-values": ["a\u200b"]},
            id="a value that is not printable",
        ),
        pytest.param(
            {"type": "boolean", "enum": [True]},
            {"type": "boolean", "x-values": [True]},
            id="true",
        ),
        pytest.param(
            {
                "allOf": [
                    {"type": "number", "enum": [0.5, 1.5]},
                    {"type": "number", "enum": [1.5, 2]},
                ]
            },
            {"type": "number", "x-values": [1.5]},
            id="common halves",
        ),
    ],
)
def test_without_a_class(schema: Node, expected: Node) -> None:
    """A schema that is neither object nor enum stays where it is."""
    assert read(schema) == (expected, {})


@pytest.mark.parametrize(
    ("values", "names"),
    [
        pytest.param(["a", "b"], None, id="distinct"),
        pytest.param(["asc", "ASC"], ["ASC", "ASC_1"], id="in two spellings"),
        pytest.param(["a+b", "ab", "ab"], ["AB", "AB_1"], id="but for a sign"),
        pytest.param(["", "-"], None, id="without letters"),
        pytest.param([1, -1], None, id="whole numbers"),
    ],
)
def test_enum_has_a_name_for_each_value(values: list[Any], names: list[str] | None) -> None:
    """Values whose names upstream would confuse get names."""
    _, classes = read({"enum": values})

    kind = "integer" if isinstance(values[0], int) else "string"
    expected: Node = {"type": kind, "enum": list(dict.fromkeys(values))}
    if names:
        expected["x-enum-varnames"] = names
    assert classes == {"GetItResponse200": expected}


def test_author_names_the_values() -> None:
    """``x-enum-varnames`` is kept."""
    schema = {"enum": [1, 2], "x-enum-varnames": ["one", "two"]}

    assert read(schema)[1]["GetItResponse200"]["x-enum-varnames"] == ["one", "two"]


def test_enum_that_is_nullable() -> None:
    """Null is beside an enum, whether it is listed or not."""
    for values in (["a"], ["a", None]):
        found, classes = read({"type": "string", "enum": values, "nullable": True})

        assert found == {"oneOf": [ref("GetItResponse200"), NULL]}
        assert classes == {"GetItResponse200": {"type": "string", "enum": ["a"]}}


BASE = {"Base": model(a=TEXT), "Left": model(x=DAY), "Right": model(y=TEXT)}
LEFT, RIGHT = closed(x=DAY), closed(y=TEXT)
UNIONS: list[tuple[str, Node, Node]] = [
    ("allOf beside a reference", {"allOf": [ref("Base")], **model(b=DAY)}, closed(a=TEXT, b=DAY)),
    (
        "a part that requires",
        {"allOf": [ref("Base"), {"required": ["a"]}]},
        closed(["a"], a=TEXT),
    ),
    (
        "a part that requires what no part describes",
        {"allOf": [ref("Base"), {"required": ["b"]}]},
        closed(a=TEXT) | {"additionalProperties": True},
    ),
    ("two parts", {"allOf": [ref("Base"), ref("Left")]}, closed(a=TEXT, x=DAY)),
    (
        "one member in two parts",
        {"allOf": [ref("Base"), model(a=DAY)]},
        closed(a=DAY),
    ),
    (
        "closed parts",
        {"allOf": [{**model(a=TEXT), "additionalProperties": False}] * 2},
        closed(a=TEXT) | {"additionalProperties": False},
    ),
    (
        "a closed part and one that says nothing",
        {"allOf": [{**model(a=TEXT), "additionalProperties": False}, model(x=DAY)]},
        closed(a=TEXT, x=DAY) | {"additionalProperties": False},
    ),
    (
        "a closed part and an open one",
        {"allOf": [{**model(a=TEXT), "additionalProperties": each} for each in (False, True)]},
        closed(a=TEXT) | {"additionalProperties": True},
    ),
    (
        "a part with further members",
        {"allOf": [ref("Base"), {"type": "object", "additionalProperties": DAY}]},
        closed(a=TEXT) | {"additionalProperties": DAY},
    ),
    (
        "variants that only require",
        {**model(a=TEXT), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        closed(a=TEXT),
    ),
]


@pytest.mark.parametrize(("schema", "expected"), [pytest.param(*r[1:], id=r[0]) for r in UNIONS])
def test_one_class_of_parts(schema: Node, expected: Node) -> None:
    """``allOf`` is one class with the members of all its parts."""
    found, classes = read(ref("Sub"), {**BASE, "Sub": schema})

    assert found == ref("Sub")
    assert classes["Sub"] == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [ref("Base"), {"oneOf": [ref("Left"), ref("Right")]}]},
        {"oneOf": [ref("Left"), ref("Right")], **model(a=TEXT)},
        {"allOf": [{"anyOf": [ref("Left"), ref("Right")]}, ref("Base")]},
    ],
)
def test_variants_beside_members(schema: Node) -> None:
    """Each variant has the members beside the union."""
    found, classes = read(ref("Sub"), {**BASE, "Sub": schema})

    assert found == {"oneOf": [ref("SubLeft"), ref("SubRight")]}
    assert classes["SubLeft"]["properties"] == {"a": TEXT, "x": DAY}
    assert classes["SubRight"]["properties"] == {"a": TEXT, "y": TEXT}


def test_nullable_object() -> None:
    """What is built upon a nullable object is not nullable; a reference to it is."""
    base = {**model(a=TEXT), "nullable": True}
    components = {"Base": base, "Sub": {"allOf": [ref("Base"), model(b=TEXT)]}}

    assert read(ref("Base"), components)[0] == {"oneOf": [ref("Base"), NULL]}
    assert read(ref("Sub"), components)[0] == ref("Sub")


def test_schemas_within_themselves() -> None:
    """An object may contain itself; the items of a list of itself may be anything."""
    node = model(child=ref("Node"), more={"type": "object", "additionalProperties": ref("Node")})
    found, classes = read(
        ref("Tree"), {"Tree": {"type": "array", "items": ref("Tree")}, "Node": node}
    )

    assert found == {"type": "array", "items": {}}
    assert classes["Node"]["properties"] == {"child": ref("Node"), "more": ref("NodeMore")}
    assert classes["NodeMore"]["additionalProperties"] == ref("Node")


def test_class_names_are_distinct() -> None:
    """An inline schema, and one whose name the generated code needs, get a name of their own."""
    components = {
        "User": model(address=model(street=TEXT), other={**model(x=TEXT), "title": "address"}),
        "UserAddress": model(code=TEXT),
        "Response": model(a=TEXT),
    }

    _, classes = read({"oneOf": [model(a=TEXT), {**model(b=TEXT), "title": "B"}]}, components)

    assert classes["User"]["properties"] == {
        "address": ref("UserAddressModel"),
        "other": ref("UserAddressModel2"),
    }
    assert {"ResponseModel", "GetItResponse200Type0", "GetItB"} <= classes.keys()


def test_reference_into_a_member() -> None:
    """The target of a reference into a member gets a name."""
    tee = model(k=DAY, l={"type": "array", "items": model(a=TEXT)}, same=ref("Tee/properties/k"))
    item = ref("Tee/properties/l/items")

    found, classes = read(model(i=item, k=ref("Tee/properties/k")), {"Tee": tee, "TeeL": TEXT})

    assert classes["GetItResponse200"]["properties"] == {"i": ref("TeeLPart"), "k": DAY}
    assert classes["Tee"]["properties"]["l"] == {"type": "array", "items": ref("TeeLPart")}
    assert found == ref("GetItResponse200")


def test_percent_encoded_reference() -> None:
    """A reference may have its name percent-encoded."""
    found, _ = read({"$ref": "#/components/schemas/A%2DDay"}, {"A-Day": DAY})

    assert found == DAY


def test_reference_in_an_extension() -> None:
    """What an extension contains is no reference."""
    found, _ = read({**TEXT, "x-source": {"$ref": "#/nowhere"}})

    assert found == TEXT


def test_alike_inline_schemas_share_a_class() -> None:
    """Two inline schemas of one name and content are one class."""
    again = {**model(b=TEXT), "title": "Same"}
    _, classes = read({"oneOf": [{"type": "array", "items": again}, {**again}]})

    assert "GetItSame" in classes
    assert "GetItSameModel" not in classes


def test_no_value_fits() -> None:
    """An allOf without a value is refused by its place; so is one of different items or values."""
    lists = [{"type": "array", "items": kind} for kind in (TEXT, WHOLE)]
    for parts in [TEXT, WHOLE], lists, [{"enum": ["a"]}, {"enum": ["b"]}]:
        with pytest.raises(DocumentError, match="schema GetItResponse200: allOf has no value"):
            read({"allOf": parts})


def test_common_values() -> None:
    """Of two enums the values that both have are left."""
    _, classes = read({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]})

    assert classes["GetItResponse200"]["enum"] == ["b"]


CAT, DOG = model(kind=TEXT, lives=WHOLE), model(kind=ref("Kind"), at=DAY)
KIND = {"enum": ["cat", "Dog"]}


@pytest.mark.parametrize("turned", [False, True])
def test_items_that_one_part_leaves_open(*, turned: bool) -> None:
    """Where one part says only that the items of a list are objects, those of the other count."""
    parts = [model(all={"items": {"type": "object"}}), model(all={"items": ref("Cat")})]

    _, classes = read({"allOf": parts[::-1] if turned else parts}, {"Cat": CAT})

    assert classes["GetItResponse200"]["properties"]["all"]["items"] == ref("Cat")


def test_discriminator() -> None:
    """Each variant has its own tags, and an object with another tag falls into an open variant."""
    mapping = {"cat": "#/components/schemas/Cat", "lion": "Cat"}
    pet = {
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }

    found, classes = read(ref("Pet"), {"Pet": pet, "Cat": CAT, "Dog": DOG, "Kind": KIND})

    assert found == {"oneOf": [ref("Cat"), ref("Dog"), ref("UnknownPet")]}
    assert classes["Cat"]["properties"]["kind"] == ref("CatKind")
    assert classes["CatKind"]["enum"] == ["cat", "lion"]
    assert classes["DogKind"]["enum"] == ["Dog"]
    assert classes["UnknownPet"]["properties"] == {"kind": TEXT}
    assert classes["UnknownPet"]["required"] == ["kind"]
    assert [name for name in classes if "x-fallback" in classes[name]] == ["UnknownPet"]


def test_tag_beside_variants() -> None:
    """The tag of each variant is kept where members beside the union describe it."""
    pet = {
        **model(kind={"type": "string", "description": "which"}),
        "oneOf": [ref("Left"), ref("Right"), model(z=TEXT)],
        "discriminator": {"propertyName": "kind"},
    }

    _, classes = read(ref("Pet"), {"Pet": pet, **BASE})

    assert classes["PetLeftKind"]["enum"] == ["Left"]
    assert classes["PetRight"]["properties"] == {"kind": ref("PetRightKind"), "y": TEXT}


KINDS = {"type": "string", "enum": ["dog", "cat"]}
ANY_KIND = {"type": "string", "enum": ["Dog", "Cat"]}


@pytest.mark.parametrize(
    ("dog", "tags"),
    [
        pytest.param(model(kind={"type": "string", "enum": ["dog"]}), ["dog"], id="own"),
        pytest.param({"allOf": [ref("Kinds"), model(x=TEXT)]}, ["dog", "cat"], id="of a part"),
        pytest.param(
            {"allOf": [ref("Kinds"), model(kind={"type": "string", "enum": ["dog", "x"]})]},
            ["dog"],
            id="of two parts",
        ),
        pytest.param(model(kind=ANY_KIND), ["Dog"], id="its name among others"),
    ],
)
def test_tag_that_the_variant_states(dog: Node, tags: list[str]) -> None:
    """A variant that the mapping leaves out is known by its enum; its name takes precedence."""
    pet = {"oneOf": [ref("Dog")], "discriminator": {"propertyName": "kind"}}

    _, classes = read(ref("Pet"), {"Pet": pet, "Dog": dog, "Kinds": model(kind=KINDS)})

    assert classes["DogKind"]["enum"] == tags


def test_union_as_a_variant() -> None:
    """The variants of a union that is a variant have its tag beside their own."""
    tagged = {"discriminator": {"propertyName": "kind", "mapping": {"near": "Near", "far": "Dog"}}}
    near = {"oneOf": [ref("Cat"), TEXT], "discriminator": {"propertyName": "sub"}}
    top = {"oneOf": [ref("Near"), ref("Dog")], **tagged}

    parts = {"Near": near, "Cat": CAT, "Dog": DOG, "Kind": KIND}
    found, classes = read(ref("Top"), {"Top": top, **parts})

    cat = found["oneOf"][0]["$ref"].rpartition("/")[2]
    tags = classes[cat]["properties"]
    enums = [classes[tags[name]["$ref"].rpartition("/")[2]]["enum"] for name in ("kind", "sub")]
    assert enums == [["near"], ["Cat"]]


def test_flags_of_a_class() -> None:
    """A class has the values of an enum that is no class itself."""
    flag = {"type": "boolean", "enum": [True, None]}
    members: Node = {"ok": flag, "some": {"enum": [True, 1]}, "any": {"enum": [1.5, [1]]}}

    _, classes = read(model(**members, name=TEXT, none={"enum": [None]}))

    assert classes["GetItResponse200"]["x-values"] == {"ok": [True, None], "some": [True, 1]}


def test_enum_of_objects() -> None:
    """An enum of objects is an object: Python's enums have none."""
    _, classes = read({"type": "object", "enum": [{"a": 1}]})

    assert classes["GetItResponse200"]["properties"] == {}


def test_members_named_like_keywords() -> None:
    """A member may have the name of any keyword, and is no keyword then."""
    words = ("$ref", "discriminator", "oneOf", "properties", "default", "x-y")
    members = dict.fromkeys(words, TEXT)

    found = read(model(**members, responses=model(**members)))[1]

    assert found["GetItResponse200Responses"] == {**model(**members), "required": []}
    assert {*found["GetItResponse200"]["properties"]} == {*words, "responses"}


def test_discriminator_of_whole_numbers() -> None:
    """Tags are whole numbers where the member is one."""
    one = {"oneOf": [ref("A")], "discriminator": {"propertyName": "v", "mapping": {"1": "A"}}}

    _, classes = read(ref("U"), {"U": one, "A": model(v=WHOLE)})

    assert classes["AV"] == {"type": "integer", "enum": [1]}


def test_base_with_a_discriminator() -> None:
    """A base is read as what is derived from it, and as itself if the tag is another."""
    base = {**model(kind=TEXT), "discriminator": {"propertyName": "kind"}}
    components = {
        "Base": base,
        "Cat": {"allOf": [ref("Base"), model(lives=WHOLE)]},
        "Lion": {"allOf": [ref("Cat")]},
    }

    found, classes = read(ref("Base"), components)

    assert found == {"oneOf": [ref("Cat"), ref("Lion"), ref("Base")]}
    assert classes["LionKind"]["enum"] == ["Lion"]
    assert classes["Lion"]["properties"]["lives"] == WHOLE
    assert classes["Base"]["properties"] == {"kind": TEXT}
    assert {n: classes[n].get("x-fallback") for n in ("Base", "Cat")} == {
        "Base": "kind",
        "Cat": None,
    }


def test_directions() -> None:
    """What is only read is not sent, what is only written is not received, nested or not."""
    key = {"type": "string", "format": "uuid", "readOnly": True}
    inner = {**model(id=ref("Key"), name=TEXT, d=TEXT), "required": ["id"]}
    components = {
        "Key": key,
        "Inner": inner,
        "Thing": model(inner=ref("Inner"), pw={**TEXT, "writeOnly": True}),
        "Same": model(a=TEXT),
    }
    both = model(thing=ref("Thing"), same=ref("Same"))
    content = {"application/json": {"schema": both}}

    made = lowered(both, components, requestBody={"content": content})
    classes = made.data["components"]["schemas"]

    assert classes["GetItBody"]["properties"]["thing"] == ref("ThingRequest")
    assert classes["Thing"]["properties"] == {"inner": ref("Inner")}
    assert classes["ThingRequest"]["properties"] == {"inner": ref("InnerRequest"), "pw": TEXT}
    assert classes["InnerRequest"]["required"] == []
    assert "SameRequest" not in classes
    assert {key[0] for key in made.members} == {"Inner", "InnerRequest"}


def test_name_with_the_suffix_is_taken() -> None:
    """A schema that is called as the request's class would be keeps its name."""
    thing = model(id={**TEXT, "readOnly": True}, other=ref("ThingRequest"))
    content = {"application/json": {"schema": ref("Thing")}}
    components = {"Thing": thing, "ThingRequest": model(a=TEXT)}

    made = lowered(ref("Thing"), components, requestBody={"content": content}).data

    assert made["components"]["schemas"].keys() == {"Thing", "ThingRequest", "ThingRequest2"}


def test_reference_to_what_differs() -> None:
    """A class differs if one that it refers to does."""
    inner = model(id={**TEXT, "readOnly": True})
    components = {"Outer": model(inner=ref("Inner")), "Inner": inner}
    content = {"application/json": {"schema": ref("Outer")}}

    made = lowered(ref("Outer"), components, requestBody={"content": content}).data

    outer = made["components"]["schemas"]["OuterRequest"]
    assert outer["properties"]["inner"] == ref("InnerRequest")


def test_form_has_bytes() -> None:
    """Bytes are bytes in a multipart form, and a class that JSON and forms share is one."""
    components = {"File": {**TEXT, "format": "binary"}, "Meta": model(a=TEXT)}
    upload = model(file=ref("File"), meta=ref("Meta"))
    content = {"multipart/form-data": {"schema": upload}}

    classes = lowered(upload, components, requestBody={"content": content}).data["components"]

    assert classes["schemas"]["GetItBody"]["properties"]["file"] == components["File"]
    assert classes["schemas"]["GetItResponse200"]["properties"]["file"] == TEXT
    assert "MetaForm" not in classes["schemas"]
