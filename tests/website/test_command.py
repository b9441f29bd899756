"""``python -m website``: the exit code of zensical, and a site that is replaced as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from website.__main__ import main

BUILDS = """
for config; do :; done
site=$(dirname "$config")/site
mkdir "$site" && : >"$site/index.html"
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose cache and site are in a folder of the test, and an environment beside it."""
    monkeypatch.setattr("website.__main__.ROOT", tmp_path)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    return tmp_path


def zensical(root: Path, script: str) -> None:
    """Install a program of that name."""
    (root / "zensical").write_text(f"#!/bin/sh\n{script}\n")
    (root / "zensical").chmod(0o755)


def test_site_replaces_the_last_one(root: Path) -> None:
    """Files of the last build are gone; without an argument the folder is dist/docs."""
    zensical(root, BUILDS)
    (root / "dist" / "docs").mkdir(parents=True)
    (root / "dist" / "docs" / "old.html").touch()

    assert main([]) == 0
    assert [path.name for path in (root / "dist" / "docs").iterdir()] == ["index.html"]


def test_failed_build_leaves_the_last_one(root: Path) -> None:
    """The exit code is that of zensical, and nothing is written."""
    zensical(root, "exit 3")

    assert main([str(root / "site")]) == 3
    assert not (root / "site").exists()


def test_build_is_strict(root: Path) -> None:
    """A link that leads nowhere is an error, and nothing of the last build is used."""
    zensical(root, f'echo "$@" >{root}/asked\n{BUILDS}')

    main([str(root / "site")])

    *options, config = (root / "asked").read_text().split()
    assert options == ["build", "--clean", "--strict", "-f"]
    assert config == str(root / ".cache" / "website" / "zensical.toml")
