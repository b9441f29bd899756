"""Folders to generate into, and the grown package, made once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from ruamel.yaml import YAML

from codegen import __main__ as codegen
from codegen.lower import without_token
from codegen.read.document import Document as Loaded
from codegen.read.parsing import from_yaml

ROOT = Path(__file__).resolve().parents[2]
GROWN = Path(__file__).with_name("grown.yaml")
Document = dict[str, Any]


def yaml(path: Path) -> Document:
    """Parse a document."""
    parser: Any = YAML(typ="safe")  # it has no types
    return cast("Document", parser.load(path))


class _Compiled(BytecodeCache):
    """Templates that were compiled once: a third of each generation's time."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Use what is there; jinja compares the checksum of the source."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._code[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        environment = partial(Environment, bytecode_cache=_Compiled())
        patch.setattr("openapi_python_client.Environment", environment)
        yield


@pytest.fixture(scope="session", autouse=True)
def _yaml_is_read_once() -> Iterator[None]:
    """Read each text once: half of each generation's time."""
    parsed = cache(from_yaml)
    shortened: dict[bytes, str] = {}

    def as_yaml(document: Loaded) -> str:
        if document.source not in shortened:
            shortened[document.source] = without_token.as_yaml(document)
        return shortened[document.source]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("codegen.read.document.from_yaml", lambda source: deepcopy(parsed(source)))
        patch.setattr(
            "codegen.generate.project.without_token",
            SimpleNamespace(as_yaml=as_yaml, as_json=without_token.as_json),
        )
        yield


@pytest.fixture(autouse=True)
def _unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the proof, whose process costs a second, where a test is about another step."""
    monkeypatch.setattr("codegen.prove.verify", lambda *_: [])


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
    return yaml(GROWN)


@pytest.fixture
def document(_document: Document) -> Document:
    """Return the grown document, which a test may change."""
    return deepcopy(_document)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[object], Path]:
    """Return a function that writes a document, or any text, and returns its path."""

    def write_document(data: object) -> Path:
        name = "spec.yaml" if isinstance(data, str | bytes) else "spec.json"
        text = data if isinstance(data, str | bytes) else json.dumps(data)
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_document


@pytest.fixture
def refusal(
    write: Callable[[object], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[object], list[str]]]:
    """Return a function that checks that a document is rejected, and returns the complaints."""
    output = tmp_path / "persium_api"

    def refused(data: object) -> list[str]:
        assert codegen.main(["--spec", str(write(data)), "--output", str(output)]) == 2
        head, *complaints = capsys.readouterr().err.splitlines()
        assert head == "codegen stopped; the output is unchanged:"
        return [complaint.strip() for complaint in complaints]

    yield refused
    assert not output.exists()
