"""``openapi.yaml`` itself: valid, and stating the rules that every client keeps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from codegen.check import shape
from codegen.read.document import Document, load
from tests.seam.conftest import yaml

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["openapi.yaml", "tests/seam/grown.yaml"])
def document(request: pytest.FixtureRequest, root: Path) -> dict[str, Any]:
    """Parse each document that is kept by hand."""
    return yaml(root / request.param)


def test_document_is_valid_openapi(document: dict[str, Any]) -> None:
    """The validator finds nothing to complain about."""
    OpenAPIV30SpecValidator(document).validate()


def test_token_policy_is_stated(root: Path) -> None:
    """Each rule of the token policy stands in the description, under its number."""
    text = (root / "openapi.yaml").read_text("utf-8")

    assert [n for n in range(1, 11) if f"| TP-{n} |" not in text] == []


def test_extension_beside_paths() -> None:
    """An extension under ``paths`` has a value of any type, and no operation."""
    data = {"paths": {"x-order": 1, "/a": {"get": {}}}}

    assert [each.where for each in Document(data, "", b"").operations()] == ["GET /a"]


def test_grammars_of_other_formats_are_not_loaded(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To check a document builds no grammars for iri, which take a second of each generation."""
    monkeypatch.delitem(sys.modules, "rfc3987_syntax")

    assert shape.complaints(load(root / "openapi.yaml")) == []

    assert sys.modules["rfc3987_syntax"] is None
