"""A package of a small document, which tests break on purpose."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from codegen.generate.project import PACKAGE, generate
from codegen.read.document import Document, load

_COVERAGE = "COVERAGE_PROCESS_CONFIG"
_MEASURED = {name: os.environ[name] for name in [_COVERAGE] if name in os.environ}
SHOP = Path(__file__).with_name("shop.yaml")


@pytest.fixture(autouse=True)
def _worker_is_measured(_fresh_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cover what the proof's own process covers: it always runs to its end."""
    for name, value in _MEASURED.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def _unproved() -> None:
    """Let the proof run, which other tests of the generator leave out."""


@pytest.fixture(scope="session")
def shop() -> Document:
    """Return the document."""
    return load(SHOP)


@pytest.fixture(scope="session")
def right(shop: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the package of the document, as it was written."""
    package = tmp_path_factory.mktemp("shop") / PACKAGE
    generate(shop, spec=SHOP, output=package)
    return package


def copied(package: Path, folder: Path, changes: Mapping[str, str]) -> Path:
    """Copy *package* into *folder* with texts replaced, in one pass; return the copy."""
    copy, seen = folder / PACKAGE, set[str]()
    shutil.copytree(package, copy)
    pattern = re.compile("|".join(map(re.escape, changes)))
    for path in copy.rglob("*.py"):
        text = path.read_text()
        seen |= set(pattern.findall(text))
        path.write_text(pattern.sub(lambda found: changes[found[0]], text))
    assert seen == set(changes)
    return copy
