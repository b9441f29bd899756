"""The pinned Keycloak: fetched with Maven, its checksum verified, unpacked once for each use."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Final

VERSION: Final = "26.7.3"
ARTIFACT: Final = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
SHA256: Final = "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f"
CACHE: Final = Path(__file__).parents[2] / ".cache" / "keycloak"


class CannotRunError(Exception):
    """Keycloak can't be had on this machine; one line says why, and what to do."""


def unpacked(folder: Path) -> Path:
    """Return Keycloak's home in *folder*, fetched and unpacked where it isn't there yet.

    Raises:
        CannotRunError: A tool is missing, or what came is not what is pinned.
    """
    home = folder / f"keycloak-{VERSION}"
    if home.is_dir():
        return home
    archive = _fetched()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        with zipfile.ZipFile(archive) as bundle:
            bundle.extractall(scratch)
        for script in Path(scratch, home.name, "bin").glob("*.sh"):
            script.chmod(0o755)
        Path(scratch, home.name).rename(home)
    return home


def _fetched() -> Path:
    archive = CACHE / f"keycloak-quarkus-dist-{VERSION}.zip"
    if not archive.is_file():
        _fetch(archive)
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        archive.unlink()
        raise CannotRunError(
            f"{archive.name} has the SHA-256 {found}, not the pinned one: it was thrown away; "
            "try again, and if it stays so, don't use it"
        )
    return archive


def _fetch(archive: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotRunError("Maven fetches Keycloak, and there is no mvn here: install Maven")
    with tempfile.TemporaryDirectory(dir=_made(CACHE)) as scratch:
        arguments = [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={scratch}"]
        command = [maven, "--quiet", "--batch-mode", "dependency:copy", *arguments]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        if said.returncode != 0:
            words = (said.stdout + said.stderr).strip().splitlines() or ["nothing"]
            raise CannotRunError(f"Maven could not fetch Keycloak: {words[0]}")
        Path(scratch, archive.name).rename(archive)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
