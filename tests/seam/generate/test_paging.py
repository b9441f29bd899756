"""Which operations have pages, and how these follow one another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_python_client.parser import GeneratorData

from codegen.generate import upstream
from codegen.generate.method import Method
from codegen.generate.paging import Paging
from codegen.generate.project import config_for
from codegen.read.document import Document

LIST = {"type": "array", "items": {"type": "string"}}
CURSOR = {"type": "string", "nullable": True}
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
LINK = {"Link": {"schema": TEXT}}


def page(**members: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "properties": members}


def query(**schemas: Any) -> list[dict[str, Any]]:
    """Return parameters of a query."""
    return [{"name": name, "in": "query", "schema": each} for name, each in schemas.items()]


def paging(
    parameters: list[dict[str, Any]],
    schema: dict[str, Any],
    *,
    headers: Any = None,
    method: str = "get",
    also: Any = None,
) -> Paging | None:
    """Return the pages of an operation with these parameters and this response."""
    success = {
        "description": "d",
        "headers": headers or {},
        "content": {"application/json": {"schema": schema}},
    }
    operation = {
        "operationId": "listThings",
        "tags": ["Things"],
        "parameters": parameters,
        "responses": {"200": success, **(also or {})},
    }
    data = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1.0.0"},
        "paths": {"/things": {method: operation}},
    }
    document = Document(data, "", b"")
    parsed = GeneratorData.from_dict(data, config=config_for(Path("x.json"), Path("x")))
    assert isinstance(parsed, GeneratorData)
    [endpoint] = upstream.endpoints(parsed)
    [described] = document.operations()
    return Method(endpoint, described, document).paging


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            paging(query(cursor=TEXT), page(items=LIST, next_cursor=CURSOR)),
            ("cursor", "cursor", "next_cursor", 0, "items"),
            id="cursor",
        ),
        pytest.param(
            paging(query(page=NUMBER), LIST, headers=LINK), ("link", "", "", 0, ""), id="link"
        ),
        pytest.param(
            paging(query(cursor=TEXT), page(items=LIST, next_cursor=TEXT), headers=LINK),
            ("cursor", "cursor", "next_cursor", 0, "items"),
            id="cursor before link",
        ),
        pytest.param(
            paging(query(offset=NUMBER, limit=NUMBER), page(items=LIST)),
            ("offset", "offset", "", 0, "items"),
            id="offset",
        ),
        pytest.param(
            paging(query(offset={**NUMBER, "default": 1}, limit=NUMBER), LIST),
            ("offset", "offset", "", 1, ""),
            id="offset with a default",
        ),
        pytest.param(paging(query(page=NUMBER), LIST), ("page", "page", "", 1, ""), id="page"),
        pytest.param(
            paging(query(page={**NUMBER, "minimum": 0}), LIST),
            ("page", "page", "", 0, ""),
            id="page from zero",
        ),
    ],
)
def test_rules(found: Paging | None, expected: tuple[object, ...]) -> None:
    """A list has pages by the first rule that fits."""
    assert found
    facts = (found.kind, found.argument, found.following, found.first, found.items)
    assert facts == expected
    assert found.item_type == "str"
    assert found.fits


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(paging([], LIST), id="no parameter"),
        pytest.param(paging(query(page=TEXT), LIST), id="page of text"),
        pytest.param(paging(query(offset=NUMBER), LIST), id="no limit"),
        pytest.param(paging(query(cursor=TEXT), LIST), id="no next cursor"),
        pytest.param(paging(query(page=NUMBER), page(items=TEXT)), id="items that are no list"),
        pytest.param(paging(query(page=NUMBER), TEXT), id="text"),
        pytest.param(paging([], LIST, headers=LINK, method="post"), id="link of a POST"),
        pytest.param(
            paging(query(page=NUMBER), LIST, also={"204": {"description": "d"}}), id="two successes"
        ),
    ],
)
def test_no_pages(found: Paging | None) -> None:
    """Any other operation has none."""
    assert found is None


def test_cursor_that_does_not_fit() -> None:
    """A cursor of another type than the next cursor is noticed."""
    found = paging(query(cursor=NUMBER), page(items=LIST, next_cursor=TEXT))

    assert found
    assert not found.fits
