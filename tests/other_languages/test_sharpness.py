"""The targets notice a document that is wrong; takes what ``make interop-test`` has installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from interop import _documents, _run, _tools
from interop.__main__ import ROOT
from interop._report import FAILED
from interop._target import Target, targets

LABEL = """        label:
          type: string
"""
SIGNS = ("abel", "'number' is not assignable", "it said {'ok': False, 'stage': 'api'}")
"""How compilers and programs put it."""


@pytest.fixture(scope="module")
def wrong_documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Say of text that it is a number."""
    folder = tmp_path_factory.mktemp("documents")
    text = (ROOT / "openapi.yaml").read_text("utf-8")
    assert text.count(LABEL) == 1
    source = folder / "openapi.yaml"
    source.write_text(text.replace(LABEL, LABEL.replace("string", "integer")), encoding="utf-8")
    return _documents.write(source, folder)


@pytest.mark.interop
@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_wrong_type(target: Target, wrong_documents: dict[str, Path]) -> None:
    """A member of another type is red in each target, in the build or in the calls."""
    missing = _tools.missing(target.needs)
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"not run: {'; '.join(missing)}")

    work = ROOT / ".cache" / "interop" / target.name
    result = _run.run(target, documents=wrong_documents, work=work)

    assert result.state == FAILED
    assert "generate" in result.seconds
    assert any(sign in result.words for sign in SIGNS)
