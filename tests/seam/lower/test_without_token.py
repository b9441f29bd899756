"""The document without its token endpoint: what goes with it, and what stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from codegen.check import rules
from codegen.generate.project import config_for, read
from codegen.lower import lower
from codegen.lower.without_token import as_json, as_yaml, removals
from codegen.read.document import load
from tests.seam.conftest import Document, yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[object], Path]

_TOKEN_URL = "https://auth.persium.example/realms/persium/protocol/openid-connect/token"


def test_what_only_the_endpoint_uses_goes_too(root: Path) -> None:
    """Its components are removed, except those that other operations use."""
    removed = {"/".join(place[1:]) for place in removals(load(root / "openapi.yaml"))}

    assert {"/token", "schemas/TokenErrorResponse", "examples/WrongSecret"} <= removed
    assert not {"responses/TooManyRequests", "headers/RetryAfter", "schemas/Me"} & removed


def test_components_that_nobody_uses_are_left_alone(document: Document, write: Write) -> None:
    """Only components that the endpoint alone uses are removed."""
    document["components"]["schemas"]["Lonely"] = {"type": "string"}

    assert ("components", "schemas", "Lonely") not in removals(load(write(document)))


def test_shared_path_keeps_its_other_operations(document: Document, write: Write) -> None:
    """An operation of the API at the path of the endpoint is kept."""
    item = document["paths"]["/token"]
    item["post"]["servers"] = item.pop("servers", None) or item["post"]["servers"]
    item["get"] = {
        "operationId": "listTokens",
        "tags": ["Identity"],
        "security": [],
        "responses": {"204": {"description": "None."}},
    }

    left = json.loads(as_json(load(write(document))))

    assert list(left["paths"]["/token"]) == ["get"]


def test_document_without_such_an_endpoint_stays_whole(document: Document, write: Write) -> None:
    """A document without the endpoint is unchanged."""
    del document["paths"]["/token"]
    loaded = load(write(document))

    assert removals(loaded) == []
    assert as_json(loaded) == loaded.json


@pytest.mark.parametrize("spec", ["openapi.yaml", "tests/seam/grown.yaml"])
def test_result_is_a_right_document(root: Path, tmp_path: Path, spec: str) -> None:
    """Codegen accepts the remaining document; YAML and JSON are equal."""
    loaded = load(root / spec)
    path = tmp_path / "left.yaml"
    path.write_text(as_yaml(loaded), "utf-8")

    left = load(path)
    rules.verify(left)
    assert read(lower(left), config_for(path, tmp_path)).models
    assert yaml(path) == json.loads(as_json(loaded))
    assert _TOKEN_URL in as_json(loaded), "the security scheme still names it"


def test_yaml_keeps_the_text_of_the_source(root: Path) -> None:
    """The YAML without the endpoint has lines of the document only, in its order."""
    lines = iter((root / "openapi.yaml").read_text("utf-8").splitlines())
    left = (root / "generated/persium_api/openapi_without_token.yaml").read_text("utf-8")

    assert all(line in lines for line in left.splitlines())
