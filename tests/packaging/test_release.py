"""What a release promises, in as far as it takes a while or the registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from .conftest import ROOT

pytestmark = pytest.mark.slow


def release(into: Path, *, source: Path = ROOT, **environment: str) -> Mapping[str, bytes]:
    """Make a release of *source*, in a process of its own, and return its files."""
    command = (sys.executable, "-m", "release", "dist", into)
    subprocess.run(command, cwd=source, env={**os.environ, **environment}, check=True)
    return {path.name: path.read_bytes() for path in into.iterdir()}


def test_releases_are_reproducible(tmp_path: Path) -> None:
    """Another folder, time zone, locale, hash seed, file times and modes: the same bytes."""
    copy = tmp_path / "copy"
    for name in ("persium_ext", "generated", "release", "requirements"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "openapi.yaml", ".gitignore"):
        shutil.copy(ROOT / name, copy / name)
    for path in ROOT.glob("*.md"):
        shutil.copy(path, copy)
    shutil.copy(ROOT / "LICENSE", copy)
    os.utime(copy / "LICENSE", (1, 1))
    (copy / "persium_ext" / "errors.py").chmod(0o600)

    here = release(tmp_path / "here", SOURCE_DATE_EPOCH="1800000000", TZ="UTC")
    there = release(
        tmp_path / "there",
        source=copy,
        SOURCE_DATE_EPOCH="1800000000",
        TZ="Asia/Kathmandu",
        LC_ALL="C",
        PYTHONHASHSEED="1",
    )

    assert len(here) == 4
    assert there == here


def test_locks_are_what_pyproject_gives(tmp_path: Path) -> None:
    """``make lock``, with today's locks as a start, changes nothing."""
    locks = [
        *ROOT.glob("requirements/*.txt"),
        *ROOT.glob("interop/*/requirements.txt"),
        *ROOT.glob("conformance/adapters/*/requirements.txt"),
    ]
    sources = [source for lock in locks if (source := lock.with_suffix(".in")).exists()]
    for file in (ROOT / "pyproject.toml", ROOT / "Makefile", *locks, *sources):
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)

    # --old-file: what is installed is not looked at, least of all from this copy
    made = ("make", "-C", tmp_path, f"VENV={ROOT}/.venv", f"--old-file={ROOT}/.venv/dev.stamp")
    subprocess.run((*made, "lock"), check=True, capture_output=True)

    assert len(sources) == 2
    for lock in locks:
        assert (tmp_path / lock.relative_to(ROOT)).read_text() == lock.read_text()
