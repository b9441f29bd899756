"""The dicts that may stand for request models: their types, and the signatures that take them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codegen.generate import docstrings, upstream
from codegen.generate.dicts import Dicts
from codegen.generate.method import Method
from codegen.generate.project import config_for, read
from codegen.generate.signature import signature
from codegen.lower import lower
from codegen.read.document import Document

Node = dict[str, Any]
TEXT: Node = {"type": "string"}
DAY: Node = {**TEXT, "format": "date"}
KINDS: Node = {**TEXT, "enum": ["it's", "b"]}
LINE: Node = {"$ref": "#/components/schemas/Line"}
BILL: Node = {"$ref": "#/components/schemas/Bill"}
COMPONENTS: Node = {
    "Line": {"type": "object", "required": ["text"], "properties": {"text": TEXT, "day": DAY}},
    "LineDict": {"type": "object", "properties": {"class": KINDS}},
    "Maps": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Maps"}},
    "Bill": {"properties": {"parent": BILL, "lines": {"type": "array", "items": LINE}}},
}
"""A model whose name is that of another's dict; a map of itself; a model in itself, with lists."""
A_LINE = "_models.Line | _dicts.LineDict_"
PATH: Node = {"name": "id", "in": "path", "required": True, "schema": TEXT}


@cache
def config() -> Any:
    """Return the configuration of upstream."""
    return config_for(Path("openapi.yaml"), Path("output"))


def method(schema: Node, *, optional: bool = False, parameters: Any = ()) -> tuple[Method, Dicts]:
    """Return an operation whose body has this *schema*, and the dicts of its package."""
    media = "multipart/form-data" if "binary" in str(schema) else "application/json"
    operation: Node = {
        "operationId": "doIt",
        "tags": ["Things"],
        "security": [],
        "parameters": [PATH, *parameters],
        "requestBody": {"required": not optional, "content": {media: {"schema": schema}}},
        "responses": {"204": {"description": "d"}},
    }
    data: Node = {"info": {"title": "t", "version": "1"}, "paths": {"/{id}": {"put": operation}}}
    data["components"] = {"schemas": COMPONENTS}
    document = Document(data, "", b"")
    parsed = read(lower(document), config())
    [endpoint] = upstream.endpoints(parsed)
    [described] = document.operations()
    found = Method(endpoint, described, document)
    return found, Dicts.of(found.inputs, parsed.models)


def member(schema: Node) -> tuple[str, Dicts]:
    """Return the type that a required member with this *schema* has in a dict, and the dicts."""
    _, dicts = method({"type": "object", "required": ["a"], "properties": {"a": schema}})
    [(_, found)] = dicts.typed["DoItBodyDict"]
    return found, dicts


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param({}, "_t.Any", id="anything"),
        pytest.param(TEXT, "str", id="text"),
        pytest.param({**TEXT, "nullable": True}, "str | None", id="nullable"),
        pytest.param({"type": "boolean"}, "bool", id="boolean"),
        pytest.param({"type": "integer"}, "int", id="integer"),
        pytest.param({"type": "number"}, "float", id="number"),
        pytest.param(DAY, "_dt.date | str", id="date"),
        pytest.param({**TEXT, "format": "date-time"}, "_dt.datetime | str", id="time"),
        pytest.param({**TEXT, "format": "uuid"}, "_uuid.UUID | str", id="UUID"),
        pytest.param({**TEXT, "format": "binary"}, "_types.File | bytes", id="bytes"),
        pytest.param({"oneOf": [TEXT, DAY]}, "str | _dt.date", id="each type once"),
        pytest.param(KINDS, "_DoItBodyA", id="enum"),
        pytest.param(LINE, "_models.Line | LineDict_", id="model"),
        pytest.param({"type": "array", "items": TEXT}, "list[str]", id="texts"),
        pytest.param({"type": "array", "items": {}}, "list[_t.Any]", id="a list of anything"),
        pytest.param({"type": "array", "items": DAY}, "list[_dt.date | str]", id="dates"),
        pytest.param(
            {"type": "array", "items": LINE},
            "_abc.Sequence[_models.Line | LineDict_]",
            id="models",
        ),
        pytest.param(
            {"type": "array", "items": KINDS}, "_abc.Sequence[_DoItBodyAItem]", id="enums"
        ),
        pytest.param(
            {"type": "object", "additionalProperties": LINE},
            "_models.DoItBodyA | _abc.Mapping[str, _models.Line | LineDict_]",
            id="a map",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": False},
            "_models.DoItBodyA | _abc.Mapping[str, _t.Never]",
            id="an object that stays empty",
        ),
        pytest.param(
            {"$ref": "#/components/schemas/Maps"},
            "_models.Maps | _abc.Mapping[str, _models.Maps | _abc.Mapping[str, _t.Any]]",
            id="a map of itself",
        ),
    ],
)
def test_type_of_a_member(schema: Node, expected: str) -> None:
    """A member has the types that are written as its JSON; a text is no list of texts."""
    assert member(schema)[0] == expected


def test_members() -> None:
    """Members have their names in JSON; an optional one may be left out."""
    typed = member({"$ref": "#/components/schemas/LineDict"})[1].typed

    assert typed["LineDictDict"] == [("'class'", "_t.NotRequired[_LineDictClass]")]


def test_enum() -> None:
    """The texts of an enum are as good as its members."""
    assert member(KINDS)[1].enums == {
        "_DoItBodyA": "_models.DoItBodyA | _t.Literal[\"it's\", 'b']",
    }


def test_dicts_of_what_is_sent() -> None:
    """The models that a request leads to have dicts, each once, and no other model has."""
    _, dicts = method(BILL)

    assert list(dicts.typed) == ["BillDict", "LineDict_"]
    assert dicts.typed["BillDict"][0] == ("'parent'", "_t.NotRequired[_models.Bill | BillDict]")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(method(LINE), ["id: str", f"body: {A_LINE}"], id="required"),
        pytest.param(
            method(LINE, optional=True),
            ["id: str", f"body: {A_LINE} | Unset = UNSET"],
            id="optional",
        ),
        pytest.param(
            method({"oneOf": [LINE, KINDS, {"type": "array", "items": LINE}]}),
            [
                "id: str",
                f"body: {A_LINE} | _dicts._DoItBodyType1 | _abc.Sequence[{A_LINE}]",
            ],
            id="union",
        ),
        pytest.param(
            method(TEXT, parameters=[{"name": "f", "in": "query", "schema": LINE}]),
            ["id: str", "body: str", "*", f"f: {A_LINE} | Unset = UNSET"],
            id="parameter",
        ),
        pytest.param(method(KINDS), ["id: str", "body: DoItBody"], id="no model"),
    ],
)
def test_signature(found: tuple[Method, Dicts], expected: list[str]) -> None:
    """The path and the body are positional, all others have to be named."""
    assert signature(*found) == expected


@pytest.mark.parametrize(
    ("schema", "described"),
    [
        pytest.param(LINE, "The request body. A dict may stand for a model.", id="model"),
        pytest.param(TEXT, "The request body.", id="text"),
    ],
)
def test_docstring(schema: Node, described: str) -> None:
    """The docstring says where a dict is taken."""
    text = docstrings.of_method(method(schema)[0], indent=8)

    assert f"body: {described}\n" in text


@pytest.mark.parametrize(
    ("schema", "extensible"),
    [
        pytest.param({"properties": {"a": TEXT}}, False, id="not stated"),
        pytest.param({"properties": {"a": TEXT}, "additionalProperties": False}, False, id="none"),
        pytest.param({"properties": {"a": TEXT}, "additionalProperties": True}, True, id="any"),
        pytest.param({"properties": {"a": TEXT}, "additionalProperties": TEXT}, True, id="some"),
        pytest.param({"type": "object"}, True, id="no members"),
        pytest.param({"type": "object", "additionalProperties": False}, False, id="empty"),
        pytest.param({"properties": {"a": TEXT}, "required": ["b"]}, True, id="not described"),
        pytest.param(
            {"allOf": [{"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}]},
            False,
            id="merged",
        ),
    ],
)
def test_further_members(schema: Node, *, extensible: bool) -> None:
    """A dict may have further members where the document speaks of them."""
    _, dicts = method({"type": "object", **schema} if "allOf" not in schema else schema)

    assert upstream.is_extensible(dicts.models["DoItBody"]) is extensible
