"""The errors if something is missing or invalid."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.__main__ import main

from .conftest import ROOT, need


def test_missing_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the npm packages nothing is written, and the command that installs them is named."""
    (tmp_path / "openapi.yaml").write_bytes((ROOT / "openapi.yaml").read_bytes())
    monkeypatch.setattr("spec.files.ROOT", tmp_path)

    assert main(["build", str(tmp_path / "out")]) == 2
    assert "run: npm ci" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_another_redoc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script in which the external logo is not found is an error: it could request the logo."""
    (tmp_path / "openapi.yaml").write_bytes((ROOT / "openapi.yaml").read_bytes())
    bundles = tmp_path / "node_modules" / "redoc" / "bundles"
    bundles.mkdir(parents=True)
    (bundles / "redoc.standalone.js").write_text("var Redoc;")
    monkeypatch.setattr("spec.files.ROOT", tmp_path)

    assert main(["build", str(tmp_path / "out")]) == 2
    assert "see _LOGO" in capsys.readouterr().err


def test_invalid_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document that codegen rejects is an error."""
    text = (ROOT / "openapi.yaml").read_text("utf-8")
    text = text.replace("'#/components/schemas/Me'", "'other.yaml#/Me'")
    (tmp_path / "openapi.yaml").write_text(text, "utf-8")
    monkeypatch.setattr("spec.files.ROOT", tmp_path)

    assert main(["build", str(tmp_path / "out")]) == 2
    assert "other.yaml#/Me" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [
        pytest.param("", pytest.skip.Exception, id="by hand"),
        pytest.param("true", pytest.fail.Exception, id="in CI"),
    ],
)
def test_missing_tool_is_never_a_pass(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    """A test whose tool is missing is reported as not run, and in CI as failed."""
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="not run: no-such-tool is not installed"):
        need("no-such-tool")
