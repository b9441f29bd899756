"""A release has a tag, a version and a heading in the changelog that agree, and no placeholder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from release import __main__ as command
from release._tag import complaints

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ("persium_ext/_version.py", "SECURITY.md", "openapi.yaml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of version 1.2.3, whose addresses exist."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "persium_ext").mkdir()
    for name in ADDRESSES:
        (tmp_path / name).write_text("https://persium.test.examples/an.example.com\n")
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "changelog", "wrong"),
    [
        ("v1.2.3", "# Changelog\n\n## 1.2.3 (2027-01-15)\n\n## 1.2.2 (2027-01-01)\n", []),
        ("v1.2.3", "## 1.2.3 (unreleased)\n", ["CHANGELOG"]),
        ("v1.2.3", "## 1.2.2 (2027-01-01)\n", ["CHANGELOG"]),
        ("v1.2.3", "## 1x2.3 (2027-01-01)\n", ["CHANGELOG"]),
        ("v1.2.3", "nothing\n", ["CHANGELOG"]),
        ("1.2.3", "## 1.2.3 (2027-01-15)\n", ["expected v1.2.3"]),
        ("v1.2.4", "## 1.2.4 (2027-01-15)\n", ["expected v1.2.3", "CHANGELOG"]),
    ],
)
def test_tag_is_compared(root: Path, tag: str, changelog: str, wrong: list[str]) -> None:
    """All reasons are returned at once, each with what is expected."""
    (root / "CHANGELOG.md").write_text(changelog)

    found = complaints(tag, root=root)

    assert len(found) == len(wrong)
    assert all(word in line for word, line in zip(wrong, found, strict=True))


@pytest.mark.parametrize("name", ADDRESSES)
def test_placeholder(root: Path, name: str) -> None:
    """An address that does not exist is a reason, with its file and its lines."""
    (root / "CHANGELOG.md").write_text("## 1.2.3 (2027-01-15)\n")
    (root / name).write_text("\nhttps://docs.persium.example/a\n\n<x@persium.example>.\n")

    [reason] = complaints("v1.2.3", root=root)

    assert reason == f"{name} has a placeholder (….example) in line 2, 4: write the host"


def test_files_with_placeholders_exist() -> None:
    """The files that are searched are those of this project."""
    assert complaints("none", root=ROOT)[0].startswith("the tag is none")


def test_command_compares(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 0 for a tag that agrees, 1 with the reasons for another."""
    (root / "CHANGELOG.md").write_text("## 1.2.3 (2027-01-15)\n")
    monkeypatch.setattr(command, "ROOT", root)

    assert command.main(["tag", "v1.2.3"]) == 0
    assert capsys.readouterr().out == ""
    assert command.main(["tag", "v1"]) == 1
    assert "expected v1.2.3" in capsys.readouterr().out


def test_module_is_a_program() -> None:
    """``python -m release`` exits with the code of its command."""
    program = (sys.executable, "-m", "release", "tag", "nothing")

    done = subprocess.run(program, cwd=command.ROOT, capture_output=True, check=False)

    assert done.returncode == 1
