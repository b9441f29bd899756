"""Folders to generate into, and the grown package, made once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from codegen import __main__ as codegen

ROOT = Path(__file__).resolve().parents[2]
GROWN = Path(__file__).with_name("grown.yaml")
Document = dict[str, Any]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate the grown document; return the folder that holds ``persium_api``."""
    folder = tmp_path_factory.mktemp("grown")
    assert codegen.main(["--spec", str(GROWN), "--output", str(folder / "persium_api")]) == 0
    return folder


@pytest.fixture(scope="session")
def _document() -> Document:
    return YAML(typ="safe").load(GROWN)  # type: ignore[no-any-return]  # ruamel has no types


@pytest.fixture
def document(_document: Document) -> Document:
    """Return the grown document, to be changed at will."""
    return deepcopy(_document)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[object], Path]:
    """Return a function that writes a document, or any text, and tells where."""

    def write_document(data: object) -> Path:
        is_text = isinstance(data, str)
        path = tmp_path / ("spec.yaml" if is_text else "spec.json")
        path.write_text(data if is_text else json.dumps(data), encoding="utf-8")
        return path

    return write_document


@pytest.fixture
def refusal(
    write: Callable[[object], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[object], list[str]]]:
    """Return a function that has a document refused and returns the complaints."""
    output = tmp_path / "persium_api"

    def refused(data: object) -> list[str]:
        assert codegen.main(["--spec", str(write(data)), "--output", str(output)]) == 2
        head, *complaints = capsys.readouterr().err.splitlines()
        assert head == "codegen refuses, and leaves the output as it was:"
        return [complaint.strip() for complaint in complaints]

    yield refused
    assert not output.exists()
