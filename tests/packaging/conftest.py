"""Fixtures that are built once: wheel and sdist, and an environment that holds the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "run.txt"


def run(*command: str | Path, cwd: Path) -> str:
    """Run *command* in the folder *cwd* and return its standard output; it must succeed."""
    clean = {name: os.environ[name] for name in os.environ if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def build(source: Path, into: Path) -> Path:
    """Build wheel and sdist of *source* with the locked backend."""
    run(sys.executable, "-m", "hatchling", "build", "-d", into, cwd=source)
    return into


@frozen
class Environment:
    """A virtual environment.

    Attributes:
        bin: The folder of its commands.
        cwd: An empty folder beside it.
    """

    bin: Path
    cwd: Path

    def run(self, command: str, *arguments: str | Path) -> str:
        """Run one of its commands and return its standard output; it must succeed."""
        return run(self.bin / command, *arguments, cwd=self.cwd)

    def pip(self, command: str, *arguments: str | Path) -> str:
        """Run ``uv pip``, which takes a tenth of pip's time, on this environment."""
        uv = (Path(sys.executable).with_name("uv"), "pip", command, "--quiet")
        return run(*uv, "--python", self.bin / "python", *arguments, cwd=self.cwd)


def empty_environment(folder: Path) -> Environment:
    """Make an environment in *folder* that holds nothing."""
    venv.create(folder / "venv")  # without pip: to install it takes longer than all the rest
    (folder / "cwd").mkdir()
    return Environment(folder / "venv" / "bin", folder / "cwd")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and sdist."""
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def unpacked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the sdist unpacks to."""
    (found,) = built.glob("*.tar.gz")
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(found) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment that holds the wheel and what the run-time lock names, and nothing else."""
    made = empty_environment(tmp_path_factory.mktemp("environment"))
    made.pip("install", "--require-hashes", "-r", LOCK)
    # without an index a dependency that is missing from the lock is an error
    made.pip("install", "--no-index", wheel)
    return made
