"""The tag, the version and the changelog's newest heading of a release are one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from release import __main__ as command
from release._project import Project
from release._tag import complaints, newest_heading

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of version 1.2.3."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "p"\nversion = "1.2.3"\ndescription = ""\nlicense = "MIT"\n'
        "dependencies = []\n[dependency-groups]\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "changelog", "wrong"),
    [
        ("v1.2.3", "# Changelog\n\n## 1.2.3 (2027-01-15)\n\n## 1.2.2 (2027-01-01)\n", []),
        ("v1.2.3", "## 1.2.3 (unreleased)\n", ["CHANGELOG"]),
        ("v1.2.3", "## 1.2.2 (2027-01-01)\n", ["CHANGELOG"]),
        ("v1.2.3", "## 1x2.3 (2027-01-01)\n", ["CHANGELOG"]),
        ("v1.2.3", "nothing\n", ["CHANGELOG"]),
        ("1.2.3", "## 1.2.3 (2027-01-15)\n", ["tag"]),
        ("v1.2.4", "## 1.2.4 (2027-01-15)\n", ["tag", "CHANGELOG"]),
    ],
)
def test_tag_is_compared(root: Path, tag: str, changelog: str, wrong: list[str]) -> None:
    """All complaints at once, each with what it has to be."""
    (root / "CHANGELOG.md").write_text(changelog)

    found = complaints(tag, root=root)

    assert len(found) == len(wrong)
    assert all(word in line for word, line in zip(wrong, found, strict=True))


def test_changelog_starts_with_this_version() -> None:
    """Whatever is being worked on has its heading."""
    heading = newest_heading((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))

    assert heading.split()[0] == Project.read(ROOT).version


def test_command_says_what_is_wrong(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 for a tag that fits, 1 and a line for one that does not."""
    (root / "CHANGELOG.md").write_text("## 1.2.3 (2027-01-15)\n")
    monkeypatch.setattr(command, "ROOT", root)

    assert command.main(["tag", "v1.2.3"]) == 0
    assert capsys.readouterr().out == ""
    assert command.main(["tag", "v1"]) == 1
    assert "it has to be v1.2.3" in capsys.readouterr().out


def test_module_is_a_program() -> None:
    """``python -m release`` hands its exit code on."""
    command = (sys.executable, "-m", "release", "tag", "nothing")

    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 1
