"""The tools that the spec's tests take, and the files, built once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from spec.__main__ import main

ROOT = Path(__file__).parents[2]


def need(*programs: str) -> Path:
    """Return the first of *programs* that is there; without any the test is not run.

    In CI that is a failure: what is not run is not passed.
    """
    found = next(filter(None, map(shutil.which, programs)), None)
    if found is None:
        words = f"not run: {' or '.join(programs)} is not here"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return Path(found)


def tool(name: str) -> Path:
    """Return a program of package-lock.json."""
    need("npm")
    return ROOT / "node_modules" / ".bin" / name


def run(*command: str | Path, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run *command*, and return its exit code and what it printed."""
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
