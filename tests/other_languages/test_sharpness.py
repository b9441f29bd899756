"""The targets detect a wrong document, with the packages that ``make interop-test`` installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from interop import documents
from interop.__main__ import ROOT
from interop.report import FAILED
from interop.run import missing_tools, run
from interop.target import Target, targets

LABEL = """        label:
          type: string
"""
MESSAGES = ("abel", "'number' is not assignable", "it printed {'ok': False, 'stage': 'api'}")
"""Parts of the messages of compilers and programs."""


@pytest.fixture(scope="module")
def wrong_documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return documents in which the type of a string member is integer."""
    folder = tmp_path_factory.mktemp("documents")
    text = (ROOT / "openapi.yaml").read_text("utf-8")
    assert text.count(LABEL) == 1
    source = folder / "openapi.yaml"
    source.write_text(text.replace(LABEL, LABEL.replace("string", "integer")), encoding="utf-8")
    return documents.write(source, folder)


@pytest.mark.interop
@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_wrong_type(target: Target, wrong_documents: dict[str, Path]) -> None:
    """A member of another type fails each target, in the build or in the calls."""
    missing = missing_tools(target.needs)
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"not run: {'; '.join(missing)}")

    work = ROOT / ".cache" / "interop" / target.name
    result = run(target, documents=wrong_documents, work=work)

    assert result.state == FAILED
    assert "generate" in result.seconds
    assert any(message in result.detail for message in MESSAGES)
