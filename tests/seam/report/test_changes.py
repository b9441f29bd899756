"""What ``make generate`` reports of a changed document, and its drafts in the changelog."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from codegen import __main__ as codegen
from codegen.generate.project import PACKAGE
from codegen.output import differences
from codegen.read.document import Document
from codegen.report.changelog import WIDTH, with_drafts
from codegen.report.changes import changes
from codegen.report.surface import type_words

Change = Callable[[dict[str, Any]], object]
BEFORE: dict[str, Any] = {
    "paths": {
        "/token": {
            "servers": [{"url": "https://auth.example"}],
            "post": {"operationId": "requestToken", "tags": ["Tokens"], "responses": {}},
        },
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "tags": ["Shop Orders"],
                "parameters": [{"$ref": "#/components/parameters/State"}],
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/x/Order"}}},
                    },
                    "404": {},
                },
            },
            "post": {
                "operationId": "createOrder",
                "tags": ["Shop Orders"],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/x/Order"}}},
                },
                "responses": {"201": {}, "default": {}, "304": {}},
            },
        },
    },
    "components": {
        "parameters": {"State": {"name": "state", "in": "query", "schema": {"type": "string"}}},
        "schemas": {
            "Order": {
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "lines": {"items": {"properties": {"article": {"type": "string"}}}},
                    "next": {"allOf": [{"$ref": "#/components/schemas/Order"}]},
                },
            },
            "Gift": {
                "allOf": [
                    {"$ref": "#/components/schemas/Order"},
                    {"properties": {"card": {"type": "string"}}},
                ],
            },
            "State": {"type": "string", "enum": ["open", "shipped"]},
            "Label": {"type": "string"},
        },
        "securitySchemes": {
            "oauth2": {"flows": {"clientCredentials": {"tokenUrl": "https://auth.example/token"}}},
        },
    },
}


def document(data: dict[str, Any]) -> Document:
    """Return *data* as a document."""
    return Document(data, "", b"")


def lines(change: Change) -> list[str]:
    """Return the lines for a *change* of ``BEFORE``."""
    after = deepcopy(BEFORE)
    change(after)
    return changes(document(BEFORE), document(after))


def get(data: dict[str, Any]) -> dict[str, Any]:
    """Return the operation ``GET /orders``."""
    operation: dict[str, Any] = data["paths"]["/orders"]["get"]
    return operation


def post(data: dict[str, Any]) -> dict[str, Any]:
    """Return the operation ``POST /orders``."""
    operation: dict[str, Any] = data["paths"]["/orders"]["post"]
    return operation


def schemas(data: dict[str, Any]) -> dict[str, Any]:
    """Return the components' schemas."""
    found: dict[str, Any] = data["components"]["schemas"]
    return found


NO_NOT_FOUND = "removed error `NotFoundError`"
COPY: dict[str, Any] = {
    "get": {"operationId": "getOrder", "tags": ["Shop Orders"], "responses": {}}
}
GET, POST = "`shop_orders.list_orders()`", "`shop_orders.create_order()`"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda _: None, [], id="nothing"),
        pytest.param(
            lambda d: d["paths"].update({"/orders/latest": COPY}),
            ["New: `shop_orders.get_order()`."],
            id="new operation",
        ),
        pytest.param(
            lambda d: d["paths"]["/orders"].pop("get"),
            [f"Removed: {GET}."],
            id="removed operation",
        ),
        pytest.param(
            lambda d: d["paths"].update({"/v2/orders": d["paths"].pop("/orders")}),
            [
                f"{GET}: request is `GET /v2/orders` (was `GET /orders`).",
                f"{POST}: request is `POST /v2/orders` (was `POST /orders`).",
            ],
            id="other path",
        ),
        pytest.param(
            lambda d: get(d).update(deprecated=True),
            [f"{GET}: status is deprecated (was supported)."],
            id="deprecated",
        ),
        pytest.param(
            lambda d: get(d)["parameters"].append(
                {"name": "createdAfter", "required": True, "in": "query", "schema": {}}
            ),
            [f"{GET}: new parameter `created_after` (Any, required)."],
            id="new parameter",
        ),
        pytest.param(
            lambda d: get(d)["parameters"].append(
                {"name": "from", "x-python-name": "since", "in": "query", "schema": {}}
            ),
            [f"{GET}: new parameter `since` (Any, optional)."],
            id="parameter with a name in Python",
        ),
        pytest.param(
            lambda d: d["components"]["parameters"]["State"].update(required=True),
            [f"{GET}: parameter `state` is str, required (was str, optional)."],
            id="parameter became required",
        ),
        pytest.param(
            lambda d: get(d).pop("parameters"),
            [f"{GET}: removed parameter `state`."],
            id="removed parameter",
        ),
        pytest.param(
            lambda d: post(d)["requestBody"].update(
                required=True, content={"text/csv": {"schema": {"type": "string"}}}
            ),
            [f"{POST}: body is str as text/csv, required (was Order, optional)."],
            id="other body",
        ),
        pytest.param(
            lambda d: get(d)["responses"].update({"202": {}}),
            [f"{GET}: result is Order or no body (was Order)."],
            id="other result",
        ),
        pytest.param(
            lambda d: get(d)["responses"].update({"409": get(d)["responses"].pop("404")}),
            [f"{GET}: new error `ConflictError` (HTTP 409, no body), {NO_NOT_FOUND}."],
            id="another error",
        ),
        pytest.param(
            lambda d: post(d)["responses"].pop("default"),
            [f"{POST}: removed error `OtherStatusError`."],
            id="removed default error",
        ),
        pytest.param(
            lambda d: schemas(d).update(Parcel=schemas(d).pop("Label")),
            ["New: `Parcel`.", "Removed: `Label`."],
            id="renamed model",
        ),
        pytest.param(
            lambda d: schemas(d)["Order"]["properties"].pop("id"),
            ["`Order`: removed member `id`.", "`Gift`: removed member `id`."],
            id="removed member",
        ),
        pytest.param(
            lambda d: schemas(d)["Order"]["properties"]["lines"]["items"]["properties"].update(
                count={"type": "integer", "nullable": True}
            ),
            [
                "`Order`: new member `lines.count` (int | None, optional).",
                "`Gift`: new member `lines.count` (int | None, optional).",
            ],
            id="new member of a nested object",
        ),
        pytest.param(
            lambda d: schemas(d)["State"]["enum"].append("lost"),
            ["`State`: new value `lost`."],
            id="new value",
        ),
        pytest.param(
            lambda d: schemas(d)["Label"].update(format="date"),
            ["`Label`: type is date (was str)."],
            id="other type",
        ),
        pytest.param(
            lambda d: d["paths"]["/token"]["post"].update(deprecated=True), [], id="token endpoint"
        ),
    ],
)
def test_changes(change: Change, expected: list[str]) -> None:
    """Each change that users notice has its line, new before changed before removed."""
    assert lines(change) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"$ref": "#/components/schemas/Order"}, "Order"),
        ({"type": "string", "format": "date-time"}, "datetime"),
        ({"type": "integer", "format": "date"}, "int"),
        ({"type": "string", "enum": ["a", None], "nullable": True}, "'a' | None"),
        ({"oneOf": [{"$ref": "#/x/A"}, {"type": "boolean"}]}, "A | bool"),
        ({"anyOf": [{"type": "number"}, {"type": "string"}]}, "float | str"),
        ({"allOf": [{"$ref": "#/x/A"}]}, "A"),
        ({"allOf": [{"$ref": "#/x/A"}, {}]}, "object"),
        ({"type": "array", "items": {"properties": {}}}, "list[object]"),
        ({}, "Any"),
    ],
)
def test_types_are_those_of_python(schema: dict[str, Any], expected: str) -> None:
    """A type is named as a Python program names it."""
    assert type_words(schema) == expected


OLD = "# Changelog\n\nWhat changed.\n\n## 0.1.0 (2027-01-15)\n\n- New: `a.b()`.\n"


def test_draft_starts_a_version() -> None:
    """After a release the drafts are the first entries of a new version; the release is kept."""
    text = with_drafts(OLD, ["New: `a.b()`.", "Removed: `A`."])

    head, release = OLD[: OLD.index("##")], OLD[OLD.index("##") :]
    added = "## Unreleased\n\n**Changes of the API**\n\n- New: `a.b()`.\n- Removed: `A`.\n\n"
    assert text == head + added + release


def test_draft_is_added_once() -> None:
    """A line that the version has already, wrapped or not, is not added again."""
    long = f"`a.b()`: {', '.join(f'new parameter `name{n}`' for n in range(20))}."
    text = with_drafts(OLD, [long, long])

    assert with_drafts(text, [long]) == text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_edited_entries_are_kept() -> None:
    """Entries of the version stay as they are, below those that are new."""
    edited = (
        "## 0.2.0 (unreleased)\n\n**Client**\n\n- A fix.\n\n**Changes of the API**\n\n- Mine.\n"
    )

    text = with_drafts(edited, ["New: `A`."])

    assert text == edited.replace("- Mine.", "- New: `A`.\n- Mine.")


def test_first_version() -> None:
    """A changelog without any version gets one."""
    assert with_drafts("# Changelog\n", ["New: `A`."]) == (
        "# Changelog\n\n## Unreleased\n\n**Changes of the API**\n\n- New: `A`.\n"
    )


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of document and package, with a changelog."""
    shutil.copy(root / "openapi.yaml", tmp_path)
    shutil.copytree(root / "generated" / PACKAGE, tmp_path / PACKAGE)
    (tmp_path / "CHANGELOG.md").write_text(OLD)
    monkeypatch.setattr(codegen, "CHANGELOG", tmp_path / "CHANGELOG.md")
    return tmp_path


@pytest.mark.parametrize("whose", ["the package's own", "another"])
def test_generate_reports_and_drafts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], whose: str
) -> None:
    """Changes are printed; only those of the package's own document are drafts too."""
    spec = folder / "openapi.yaml"
    own = whose != "another"
    if own:
        monkeypatch.setattr(codegen, "OUTPUT", folder / PACKAGE)
    text = spec.read_text().replace("  schemas:\n", "  schemas:\n    Town: {type: object}\n", 1)
    spec.write_text(text)
    arguments = ["--spec", str(spec), "--output", str(folder / PACKAGE)]

    assert codegen.main(arguments) == 0
    assert capsys.readouterr().out == "New: `Town`.\n"

    changelog = (folder / "CHANGELOG.md").read_text()
    assert changelog == (with_drafts(OLD, ["New: `Town`."]) if own else OLD)


def test_unchanged_document_reports_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Generating again prints nothing, as does generating for the first time."""
    for output in (PACKAGE, "new"):
        arguments = ["--spec", str(folder / "openapi.yaml"), "--output", str(folder / output)]
        assert codegen.main(arguments) == 0

    assert capsys.readouterr().out == ""
    assert (folder / "CHANGELOG.md").read_text() == OLD


def test_package_with_marks_of_a_merge(
    root: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A package that a merge has broken is replaced; what changed is not known."""
    (folder / PACKAGE / "openapi.json").write_text("<<<<<<< HEAD")
    arguments = ["--spec", str(folder / "openapi.yaml"), "--output", str(folder / PACKAGE)]

    assert codegen.main(arguments) == 0
    assert capsys.readouterr().out == ""
    assert differences(root / "generated" / PACKAGE, folder / PACKAGE) == []
