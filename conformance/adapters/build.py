"""Builds the subjects: the tools that are needed, and the commands."""

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
_IGNORED: Final = shutil.ignore_patterns("target", "node_modules", "Cargo.lock", "__pycache__")
_UNREACHABLE: Final = {
    "TOKEN_URL": "http://127.0.0.1:1/token",
    "API_BASE_URL": "http://127.0.0.1:1",
    "CLIENT_ID": "unused",
    "CLIENT_SECRET": "unused",
}


class BuildError(Exception):
    """A subject could not be built, although its tools are installed."""


@dataclass(frozen=True)
class Toolchain:
    """The tools and commands that build a subject.

    Attributes:
        tools: Names of programs.
        folder: Where the commands run.
        copied: Whether *folder* is a copy of the folder of that name beside this module.
    """

    tools: Sequence[str]
    folder: Path
    steps: Sequence[Sequence[str]]
    copied: bool = False

    def missing(self) -> list[str]:
        """Return the tools that are not installed."""
        return [tool for tool in self.tools if shutil.which(tool) is None]

    def build(self) -> None:
        """Run the commands.

        Raises:
            BuildError: A command failed; the text contains its output.
        """
        BUILT.mkdir(parents=True, exist_ok=True)
        if self.copied:
            source = _SOURCES / self.folder.name
            shutil.copytree(source, self.folder, dirs_exist_ok=True, ignore=_IGNORED)
        for step in self.steps:
            _run(step, self.folder)


def _run(step: Sequence[str], folder: Path) -> None:
    """Run a command; the settings are unreachable, so that a started subject sends nothing."""
    done = subprocess.run(
        step,
        cwd=folder,
        env={**os.environ, **_UNREACHABLE},
        input='{"command": "call", "id": 1}\n',
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BuildError(f"{' '.join(step)} failed in {folder}:\n{done.stdout[-4000:]}")


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
