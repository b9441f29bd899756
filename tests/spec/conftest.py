"""The tools that these tests need, and the files, built once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from spec.__main__ import main

ROOT = Path(__file__).parents[2]


def need(*programs: str) -> Path:
    """Return the first of *programs* that is installed; skip the test if there is none.

    In CI the test fails instead.
    """
    found = next(filter(None, map(shutil.which, programs)), None)
    if found is None:
        message = f"not run: {' or '.join(programs)} is not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return Path(found)


def tool(name: str) -> Path:
    """Return a program of an npm package."""
    need("npm")
    return ROOT / "node_modules" / ".bin" / name


def run(*command: str | Path, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run *command*, and return its exit code and output."""
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environ, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``make spec`` writes."""
    need("npm")
    folder = tmp_path_factory.mktemp("spec")
    assert main(["build", str(folder)]) == 0
    return folder
