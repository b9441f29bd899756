"""A package of a small document, which tests break on purpose."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import prove
from codegen.document import Document, load
from codegen.errors import DocumentError
from codegen.project import PACKAGE, generate

_COVERAGE = "COVERAGE_PROCESS_CONFIG"
_MEASURED = {name: os.environ[name] for name in [_COVERAGE] if name in os.environ}
SHOP = Path(__file__).with_name("shop.yaml")


@pytest.fixture(autouse=True)
def _worker_is_measured(_fresh_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cover what the proof's own process covers: it always runs to its end."""
    for name, value in _MEASURED.items():
        monkeypatch.setenv(name, value)


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


@pytest.fixture
def broken(shop: Document, right: Path, tmp_path: Path) -> Callable[[str, str], tuple[str, ...]]:
    """Return a function that replaces a text in the package, and returns the complaints."""

    def complaints(old: str, new: str) -> tuple[str, ...]:
        package = tmp_path / PACKAGE
        shutil.copytree(right, package)
        found = [path for path in package.rglob("*.py") if old in path.read_text()]
        assert found, f"{old} is nowhere in the package"
        for path in found:
            path.write_text(path.read_text().replace(old, new))
        with pytest.raises(DocumentError) as caught:
            prove.verify(shop, package)
        return caught.value.complaints

    return complaints
