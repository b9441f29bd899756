"""The files of a release, in as far as that takes no minute; the rest is in tests/packaging."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from release import __main__ as command
from release._dist import build
from release._project import Project

ROOT = Path(__file__).parents[2]


def test_files_and_their_sums(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wheel, sdist and SBOM, and ``sha256sum --check`` agrees with all three."""
    assert command.main(["dist", str(tmp_path / "dist")]) == 0

    version = Project.read(ROOT).version
    assert capsys.readouterr().out.splitlines() == [
        f"persium-{version}-py3-none-any.whl",
        f"persium-{version}.cdx.json",
        f"persium-{version}.tar.gz",
        "SHA256SUMS",
    ]
    check = ("sha256sum", "--check", "--strict", "SHA256SUMS")
    done = subprocess.run(check, cwd=tmp_path / "dist", capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK") == 3


def test_nothing_is_mixed_with_an_older_build(tmp_path: Path) -> None:
    """A folder with something in it is refused, and stays as it is."""
    (tmp_path / "persium-0.0.1.tar.gz").touch()

    with pytest.raises(FileExistsError, match="is not empty"):
        build(ROOT, tmp_path)

    assert len(list(tmp_path.iterdir())) == 1
