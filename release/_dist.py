"""The files of a release: wheel, sdist, SBOM, and the SHA-256 of each."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

from release._project import Project
from release._sbom import EARLIEST, Built, sbom

SUMS: Final = "SHA256SUMS"


def build(root: Path, into: Path) -> list[Path]:
    """Write the release of the folder *root* into the folder *into*, which has to be empty.

    ``SOURCE_DATE_EPOCH`` in the environment is the time that the files bear, in seconds since 1970.

    Raises:
        FileExistsError: *into* has something in it.
        subprocess.CalledProcessError: hatchling could not build.
    """
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise FileExistsError(f"{into} is not empty")
    command = (sys.executable, "-m", "hatchling", "build", "-d", into.absolute())
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # all of it is ours
    (wheel,) = into.glob("*.whl")
    project = Project.read(root)
    beside = into / f"{project.name}-{project.version}.cdx.json"
    text = sbom(project, lock=root / "requirements" / "run.txt", wheel=_built(wheel))
    beside.write_text(text, encoding="utf-8", newline="\n")
    files = sorted(into.iterdir())
    _sum(files, into / SUMS)
    return [*files, into / SUMS]


def _built(wheel: Path) -> Built:
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", EARLIEST))
    return Built(name=wheel.name, sha256=_digest(wheel), epoch=epoch)


def _sum(files: list[Path], sums: Path) -> None:
    lines = [f"{_digest(file)}  {file.name}\n" for file in files]
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
