"""A success with a JSON body shows an example."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen import __main__ as codegen
from codegen.check.completeness import complaints
from codegen.read.document import load

WIDGET: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}


@pytest.fixture
def growing(root: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a function that adds ``GET /widgets`` with a response to the packaged document."""

    def add(response: dict[str, Any]) -> dict[str, Any]:
        packaged = root / "generated" / "persium_api" / "openapi.json"
        document: dict[str, Any] = json.loads(packaged.read_text("utf-8"))
        document["paths"]["/widgets"] = {
            "get": {
                "operationId": "listWidgets",
                "tags": ["Widgets"],
                "security": [{"oauth2": []}],
                "responses": response,
            }
        }
        document["tags"].append({"name": "Widgets"})
        document["components"]["examples"]["Far"] = {"externalValue": "https://a.example"}
        return document

    return add


Growing = Callable[[dict[str, Any]], dict[str, Any]]
Write = Callable[[object], Path]


def success(media_type: str = "application/json", **media: object) -> dict[str, Any]:
    """Describe a success with a body."""
    return {"200": {"description": "d", "content": {media_type: {"schema": WIDGET, **media}}}}


@pytest.mark.parametrize(
    ("media", "words"),
    [
        pytest.param({}, 'add one, such as {"id": 0, "name": "example"}', id="none"),
        pytest.param({"examples": {"a": {"$ref": "#/components/examples/Far"}}}, "add", id="far"),
        pytest.param(
            {"schema": {"type": "string", "pattern": "^[aeiou]{9}$"}}, "add one\n", id="no value"
        ),
    ],
)
def test_own_document_is_rejected(
    growing: Growing,
    write: Write,
    capsys: pytest.CaptureFixture[str],
    media: dict[str, Any],
    words: str,
) -> None:
    """The package's own document is rejected by operation, status and media type."""
    spec = write(growing(success(**media)))

    assert codegen.main(["--check", "--spec", str(spec)]) == 2
    complaint = "GET /widgets: response 200: application/json without an example: "
    assert f"  {complaint}{words}" in capsys.readouterr().err


def test_other_output_is_warned_about(
    growing: Growing, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For another output the same complaint is a warning, and the package is written."""
    spec, output = write(growing(success("application/json"))), tmp_path / "persium_api"

    code = codegen.main(["--spec", str(spec), "--output", str(output)])

    [warning] = capsys.readouterr().err.splitlines()
    assert warning.startswith("warning: GET /widgets: response 200: application/json without an")
    assert (code, (output / "facade" / "widgets.py").exists()) == (0, True)


@pytest.mark.parametrize(
    "responses",
    [
        pytest.param(success(example={}), id="example"),
        pytest.param(success(examples={"a": {"value": None}}), id="one of examples"),
        pytest.param(success(schema={**WIDGET, "example": {}}), id="example of the schema"),
        pytest.param(success("text/plain", schema={"type": "string"}), id="not JSON"),
        pytest.param({"204": {"description": "Done."}}, id="no body"),
    ],
)
def test_shown(growing: Growing, write: Write, responses: dict[str, Any]) -> None:
    """A body with an example, and one that is not JSON, is accepted."""
    assert [*complaints(load(write(growing(responses))))] == []


def test_json_of_other_media_types(growing: Growing, write: Write) -> None:
    """A media type that ends in ``+json`` is JSON, whatever its parameters are."""
    spec = write(growing(success("application/vnd.api+json; charset=utf-8")))

    [complaint] = complaints(load(spec))

    assert "application/vnd.api+json; charset=utf-8 without an ex" in complaint
