"""How subjects are built: what has to be there, and the commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .subjects import BUILT, EXAMPLE_JAR, ROOT, SPRING_JAR, java

_SOURCES: Final = Path(__file__).parent
_EXAMPLES: Final = ROOT / "examples"
_NPM: Final = ("npm", "ci", "--silent")
_MAVEN: Final = ("mvn", "--quiet", "--batch-mode", "package")
_LEFT_OUT: Final = shutil.ignore_patterns("target", "node_modules", "Cargo.lock", "__pycache__")
_NOWHERE: Final = {
    "TOKEN_URL": "http://127.0.0.1:1/token",
    "API_BASE_URL": "http://127.0.0.1:1",
    "CLIENT_ID": "nobody",
    "CLIENT_SECRET": "nothing",
}


class BuildError(Exception):
    """A subject could not be built, though its tools are there."""


@dataclass(frozen=True)
class Toolchain:
    """Tools that have to be there, and the commands that build.

    Attributes:
        tools: Names of programs.
        place: Where the commands run.
        copied: Whether *place* is a copy of the folder of that name beside this module.
    """

    tools: Sequence[str]
    place: Path
    steps: Sequence[Sequence[str]]
    copied: bool = False

    def missing(self) -> list[str]:
        """The tools that are not on this machine."""
        return [tool for tool in self.tools if shutil.which(tool) is None]

    def build(self) -> None:
        """Run the commands.

        Raises:
            BuildError: One of them failed; its output is in the text.
        """
        BUILT.mkdir(parents=True, exist_ok=True)
        if self.copied:
            source = _SOURCES / self.place.name
            shutil.copytree(source, self.place, dirs_exist_ok=True, ignore=_LEFT_OUT)
        for step in self.steps:
            _run(step, self.place)


def _run(step: Sequence[str], place: Path) -> None:
    """Run a command, with settings that lead nowhere: a subject that is started sends nothing."""
    done = subprocess.run(
        step,
        cwd=place,
        env={**os.environ, **_NOWHERE},
        input='{"command": "call", "id": 1}\n',
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BuildError(f"{' '.join(step)} failed in {place}:\n{done.stdout[-4000:]}")


TOOLCHAINS: Final = {
    "ours": Toolchain((), ROOT, ()),
    "typescript": Toolchain(
        ("node", "npm"), _EXAMPLES / "typescript", (_NPM, ("npm", "run", "--silent", "build"))
    ),
    "go-example": Toolchain(
        ("go",),
        _EXAMPLES / "go",
        (
            ("go", "generate", "."),
            ("go", "vet", "./..."),
            ("go", "test", "./..."),
            ("go", "build", "-o", "bin/subject", "./cmd/subject"),
        ),
    ),
    "java-example": Toolchain(
        ("java", "javac", "mvn"),
        _EXAMPLES / "java",
        (_MAVEN, java(EXAMPLE_JAR, "ArchiveClassesAtExit")),
    ),
    "python": Toolchain(
        (),
        BUILT,
        (
            (sys.executable, "-m", "venv", "python"),
            (
                *("python/bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet"),
                *("install", "--require-hashes", "--requirement"),
                str(_SOURCES / "python" / "requirements.txt"),
            ),
        ),
    ),
    "node": Toolchain(("node", "npm"), BUILT / "node", (_NPM,), copied=True),
    "go": Toolchain(
        ("go",),
        BUILT / "go",
        (("go", "build", "-o", str(BUILT / "golang-oauth2"), "."),),
        copied=True,
    ),
    "java": Toolchain(
        ("java", "javac", "mvn"),
        BUILT / "java",
        (_MAVEN, java(SPRING_JAR, "ArchiveClassesAtExit")),
        copied=True,
    ),
    "rust": Toolchain(("cargo",), BUILT / "rust", (("cargo", "build", "--quiet"),), copied=True),
}
