"""The files that ``make spec`` writes for other teams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from .conftest import ROOT, run, tool

pytestmark = pytest.mark.spec
PACKAGED = ROOT / "generated" / "persium_api"


def yaml(path: Path) -> Any:
    """Read YAML."""
    reader: Any = YAML(typ="safe")  # ruamel has no types
    return reader.load(path)


def test_documents_are_those_of_the_package(built: Path) -> None:
    """``make spec`` and ``persium spec`` give identical documents."""
    assert {path.name for path in built.iterdir()} == {
        "index.html",
        "openapi-without-token.yaml",
        "openapi.json",
        "openapi.yaml",
        "token.arazzo.yaml",
        "without-token.overlay.yaml",
    }
    for name in ("openapi.yaml", "openapi.json"):
        assert (built / name).read_bytes() == (PACKAGED / name).read_bytes()
    without = (built / "openapi-without-token.yaml").read_bytes()
    assert without == (PACKAGED / "openapi_without_token.yaml").read_bytes()


@pytest.mark.parametrize("document", ["openapi.yaml", "openapi.json"])
def test_overlay_gives_the_packaged_document(built: Path, tmp_path: Path, document: str) -> None:
    """The overlay, applied by another tool, gives the document of ``--without-token``."""
    result = tmp_path / "result.json"
    overlay = built / "without-token.overlay.yaml"
    options = ("--no-sort", "--no-bundle", "--overlayFile", overlay, "--output", result)

    ran = run(tool("openapi-format"), built / document, *options)

    assert ran.returncode == 0, ran.stderr
    packaged = PACKAGED / "openapi_without_token.yaml"
    assert json.loads(result.read_bytes()) == yaml(packaged)
    assert "/token" not in yaml(packaged)["paths"]


def test_everything_lints(built: Path) -> None:
    """Redocly reports no problem in any of the files."""
    files = [*built.glob("*.yaml"), built / "openapi.json"]

    ran = run("npm", "run", "--silent", "lint-built", "--", *files)

    assert ran.returncode == 0, ran.stdout + ran.stderr
