"""Operations as upstream gets them, and the names that are put back afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.lower import lower
from codegen.naming.member_names import Name, member_names, parameter_names
from codegen.read.document import Document
from codegen.read.media import kind, preferred

from .test_schemas import DAY, NULL, TEXT, WHOLE, lowered, ref

Node = dict[str, Any]
BYTES: Node = {**TEXT, "format": "binary"}


def parameter(name: str, place: str = "query", **schema: Any) -> Node:
    """Make a parameter."""
    return {"name": name, "in": place, "schema": schema or TEXT, "required": place == "path"}


def operation(**more: Any) -> Node:
    """Return the lowered operation, and nothing else."""
    found: Node = lowered(TEXT, **more).data["paths"]["/it"]["post"]
    return found


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json; charset=utf-8", "application/json"),
        ("application/vnd.a.v2+JSON", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/json", "application/json"),
        ("multipart/form-data", "multipart/form-data"),
        ("text/csv", "text/plain"),
        ("application/xml", "text/plain"),
        ("image/svg+xml", "text/plain"),
        ("application/pdf", "application/octet-stream"),
        ("image/*", "application/octet-stream"),
    ],
)
def test_kind_of_media_type(media_type: str, expected: str) -> None:
    """Each media type is treated as one that upstream knows."""
    assert kind(media_type) == expected


def test_json_is_preferred() -> None:
    """Of several media types JSON is used, rather without a suffix or a range; else the first."""
    names = ["application/*+json", "application/json-patch+json", "text/plain"]
    assert preferred(dict.fromkeys([*names, "application/json"])) == "application/json"
    assert preferred(dict.fromkeys(names)) == "application/json-patch+json"
    assert preferred({"*/*": {}, "text/csv": {}}) == "*/*"
    assert preferred({"text/csv": {}, "application/a+json": {}}) == "application/a+json"
    assert preferred({"text/csv": {}, "image/png": {}}) == "text/csv"
    assert preferred({}) == ""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param({"text/csv": {"schema": TEXT}}, {"text/plain": TEXT}, id="text"),
        pytest.param({"application/xml": {}}, {"text/plain": TEXT}, id="XML"),
        pytest.param(
            {"text/csv": {"schema": {**TEXT, "format": "binary"}}},
            {"application/octet-stream": {**TEXT, "format": "binary"}},
            id="bytes of text",
        ),
        pytest.param(
            {"application/pdf": {}},
            {"application/octet-stream": {**TEXT, "format": "binary"}},
            id="bytes",
        ),
        pytest.param(
            {"text/csv": {}, "application/a+json": {"schema": WHOLE}},
            {"application/json": WHOLE},
            id="JSON among others",
        ),
        pytest.param(
            {"*/*": {"schema": {**TEXT, "format": "binary"}}},
            {"application/octet-stream": {**TEXT, "format": "binary"}},
            id="bytes of any type",
        ),
        pytest.param({"*/*": {"schema": WHOLE}}, {"application/json": WHOLE}, id="any type"),
        pytest.param({}, None, id="none"),
    ],
)
def test_response(content: Node, expected: Node | None) -> None:
    """A response has one media type, which upstream knows."""
    responses = {"200": {"description": "d", "content": content}, "304": {"description": "d"}}
    found = operation(responses={**responses, "default": {"description": "d"}})["responses"]

    media = {name: each["schema"] for name, each in found["200"].get("content", {}).items()}
    assert (media or None) == expected
    assert list(found) == ["200", "default"]


def test_errors_of_several_json_types() -> None:
    """An error may have any of them, and a success the one that is asked for."""
    content = {"application/a+json": {"schema": TEXT}, "application/json": {"schema": WHOLE}}
    described = {"description": "d", "content": {**content, "text/json": {"schema": WHOLE}}}

    found = operation(responses={"200": described, "400": described})["responses"]

    assert found["200"]["content"]["application/json"]["schema"] == WHOLE
    assert found["400"]["content"]["application/json"]["schema"] == {"oneOf": [TEXT, WHOLE]}


def test_default_alone() -> None:
    """Where no success is described, ``default`` describes them."""
    content = {"application/json": {"schema": WHOLE}}
    described = {"description": "d", "content": content}

    found = operation(responses={"default": described, "404": described})["responses"]

    assert list(found) == ["2XX", "default", "404"]
    assert found["2XX"] == described


@pytest.mark.parametrize("status", ["204", "205"])
def test_status_without_a_body(status: str) -> None:
    """Its response has none, whatever is described."""
    described = {"description": "d", "content": {"application/json": {"schema": WHOLE}}}

    assert operation(responses={status: described})["responses"][status] == {"description": "d"}


def test_head_has_no_body() -> None:
    """A response to HEAD has none, whatever is described."""
    data: Node = {"info": {}, "paths": {"/it": {"head": {"operationId": "a", "tags": ["b"]}}}}
    described = {"description": "d", "content": {"application/json": {"schema": WHOLE}}}
    data["paths"]["/it"]["head"] |= {"security": [], "responses": {"200": described}}

    found = lower(Document(data, "", b"")).data["paths"]["/it"]["head"]

    assert found["responses"]["200"] == {"description": "d"}


@pytest.mark.parametrize("name", ["Accept", "content-type"])
def test_ignored_header_parameter(name: str) -> None:
    """The media types of the bodies stand for it (OpenAPI 3.0, Parameter Object)."""
    parameters = [parameter(name, "header"), parameter(name)]

    assert operation(parameters=parameters)["parameters"] == [
        {"name": name, "in": "query", "required": False, "schema": TEXT}
    ]


@pytest.mark.parametrize("name", ["resource.name", "größe", "2nd", "$id"])
def test_path_parameter_that_upstream_does_not_read(name: str) -> None:
    """A stand-in has its place in the path."""
    data: Node = {"info": {}, "paths": {f"/it/{{{name}}}": {"get": {}}}}
    data["paths"][f"/it/{{{name}}}"]["get"] = {
        "operationId": "a",
        "tags": ["b"],
        "security": [],
        "parameters": [parameter(name, "path")],
        "responses": {"204": {"description": "d"}},
    }

    found = lower(Document(data, "", b""))

    assert list(found.data["paths"]) == ["/it/{parameter_0_renamed}"]
    assert found.parameters["a", "parameter_0_renamed"].wire == name


@pytest.mark.parametrize(
    ("media_type", "schema", "expected", "sent_as"),
    [
        ("text/csv", TEXT, {"application/json": {"schema": TEXT}}, "text/csv"),
        ("text/csv", BYTES, {"application/octet-stream": {"schema": BYTES}}, "text/csv"),
        ("image/png", TEXT, {"application/octet-stream": {"schema": BYTES}}, "image/png"),
        ("a/b+json", TEXT, {"application/json": {"schema": TEXT}}, "a/b+json"),
        ("*/*", TEXT, {"application/json": {"schema": TEXT}}, "application/json"),
        ("*/*", BYTES, {"application/octet-stream": {"schema": BYTES}}, "*/*"),
    ],
)
def test_request_body(media_type: str, schema: Node, expected: Node, sent_as: str) -> None:
    """A request body has a media type that upstream writes; the one that is sent is put back."""
    content = {media_type: {"schema": schema}, "text/other": {}}
    made = lowered(TEXT, requestBody={"required": True, "content": content})

    body = made.data["paths"]["/it"]["post"]["requestBody"]
    assert body == {"required": True, "content": expected}
    assert made.bodies == {"get_it": sent_as}


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        (TEXT, "header"),
        (WHOLE, "header"),
        (DAY, "query"),
        ({**TEXT, "format": "date-time"}, "query"),
        ({"type": "array", "items": TEXT}, "query"),
        ({**TEXT, "nullable": True}, "query"),
        ({}, "query"),
    ],
)
def test_header_of_any_type(schema: Node, place: str) -> None:
    """A header field whose type upstream does not take is a query parameter until it has."""
    made = lowered(TEXT, parameters=[{"name": "X-A", "in": "header", "schema": schema}])

    [found] = made.data["paths"]["/it"]["post"]["parameters"]
    assert found["in"] == place
    assert made.parameters == (
        {} if place == "header" else {("get_it", found["name"]): Name("X-A", "x_a", "header")}
    )


def test_path_parameter_is_never_null() -> None:
    """Null has no form in a path."""
    union: Node = {"oneOf": [TEXT, WHOLE], "nullable": True}
    [found] = operation(parameters=[parameter("a", "path", **union)])["parameters"]

    assert NULL not in found["schema"]["oneOf"]


def test_parameter_beside_that_of_an_item() -> None:
    """A list has a stand-in if a parameter is named like its item."""
    listed = parameter("day", type="array", items=DAY)
    made = lowered(TEXT, parameters=[listed, parameter("day_item"), parameter("client", "path")])

    assert made.parameters == {
        ("get_it", "parameter_0_renamed"): Name("day", "day", "query"),
        ("get_it", "parameter_2_renamed"): Name("client", "client_", "path"),
    }


@pytest.mark.parametrize(
    ("security", "token"),
    [
        pytest.param([], False, id="none"),
        pytest.param([{}], False, id="nothing"),
        pytest.param([{"oauth2": []}], True, id="needed"),
        pytest.param([{}, {"oauth2": []}], True, id="optional"),
    ],
)
def test_security(security: list[Node], token: bool) -> None:  # noqa: FBT001  # a column of a table
    """A token is sent where one is accepted."""
    assert bool(operation(security=security)["security"]) is token


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        pytest.param([parameter("fooBar"), parameter("x-y")], ["foo_bar", "x_y"], id="ordinary"),
        pytest.param([parameter("from"), parameter("list")], ["from_", "list_"], id="of Python"),
        pytest.param([parameter("url"), parameter("body")], ["url_", "body_"], id="of the code"),
        pytest.param(
            [parameter("id", "path"), parameter("id"), parameter("id", "header")],
            ["id_path", "id_query", "id_header"],
            id="in three places",
        ),
        pytest.param([parameter("xA"), parameter("x_a")], ["xA", "x_a"], id="two spellings"),
        pytest.param([parameter("$"), parameter("@")], ["field_", "field_2"], id="without letters"),
        pytest.param([parameter("ids[]"), parameter("ids")], ["ids2", "ids"], id="own name first"),
        pytest.param(
            [parameter("@type"), parameter("type"), parameter("type_")],
            ["type_3", "type_2", "type_"],
            id="own name of Python first",
        ),
        pytest.param(
            [parameter("a"), {**parameter("b"), "x-python-name": "a"}],
            ["a", "a2"],
            id="chosen, and taken",
        ),
        pytest.param([parameter("day"), parameter("json_day")], ["day", "json_day_"], id="JSON"),
        pytest.param([{**parameter("url"), "x-python-name": "link"}], ["link"], id="chosen"),
    ],
)
def test_parameter_names(parameters: list[Node], names: list[str]) -> None:
    """Names in Python are distinct, and leave the generated code right."""
    assert parameter_names(parameters) == names


@pytest.mark.parametrize(
    ("members", "names"),
    [
        pytest.param({"a": TEXT, "from": TEXT}, {}, id="ordinary"),
        pytest.param({"d": TEXT}, {"member_0_renamed": Name("d", "d_")}, id="of the code"),
        pytest.param(
            {"thing": TEXT}, {"member_0_renamed": Name("thing", "thing_")}, id="the class"
        ),
        pytest.param(
            {"x": {"oneOf": [{"type": "array"}, NULL]}, "x_item": TEXT},
            {"member_0_renamed": Name("x", "x")},
            id="beside that of an item",
        ),
        pytest.param(
            {"": TEXT, "$": TEXT},
            {"member_1_renamed": Name("$", "field_2")},
            id="without letters",
        ),
    ],
)
def test_member_names(members: dict[str, Node], names: dict[str, Name]) -> None:
    """Members that upstream would name wrongly have a stand-in."""
    assert member_names(dict.fromkeys(members), members, "Thing") == names


def test_chosen_name_of_a_member() -> None:
    """``x-python-name`` names a member."""
    made = lowered(ref("A"), {"A": {"type": "object", "properties": {"b": {"x-python-name": "c"}}}})

    assert made.members == {("A", "member_0_renamed"): Name("b", "c")}
