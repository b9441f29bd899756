"""``persium-conformance`` as one file: complete, repeatable, and a program."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from release.__main__ import ROOT, main
from release._zipapp import build

PACKAGE = ROOT / "conformance" / "persium_conformance"


def test_bytes_are_repeatable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes depend on ``SOURCE_DATE_EPOCH`` and on the files only."""
    seen: list[bytes] = []
    for epoch in ("1700000000", "1700000000", "1800000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        seen.append(build(ROOT, tmp_path).read_bytes())

    assert seen[0] == seen[1] != seen[2]


def test_it_has_the_whole_package(tmp_path: Path) -> None:
    """Every module, every scenario and the licence; nothing that was compiled."""
    with ZipFile(build(ROOT, tmp_path)) as archive:
        names = set(archive.namelist())

    modules = {path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob("*.py")}
    assert names >= {*modules, "LICENSE", "__main__.py"}
    assert {name for name in names if "__pycache__" in name} == set()
    assert sum(name.startswith("persium_conformance/scenarios/") for name in names) > 10


def test_it_is_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Python runs it in an empty folder; the command prints its path, which has the version."""
    assert main(["zipapp", str(tmp_path)]) == 0
    path = Path(capsys.readouterr().out.strip())
    program = (sys.executable, "-I", path, "--list")

    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert "TP-5" in done.stdout
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert path.name == f"persium-conformance-{project['version']}.pyz"
    assert path.stat().st_mode & 0o111
