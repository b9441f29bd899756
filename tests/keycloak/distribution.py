"""The pinned Keycloak: fetched with Maven, verified, unpacked and compiled once for all uses."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from .locks import one_at_a_time
from .machine import CannotRunError, say

VERSION: Final = "26.7.3"
ARTIFACT: Final = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
SHA256: Final = "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f"
CACHE: Final = Path(__file__).parents[2] / ".cache" / "keycloak"
_SHARED: Final = ("bin", "lib")


def copy_to(folder: Path) -> Path:
    """Return a Keycloak's home in *folder*: its own data, and programs that all of them share.

    A Keycloak that was compiled writes to its data only, so the programs are hard links.

    Raises:
        CannotRunError: A tool is missing, or what came is not what is pinned.
    """
    home = folder / f"keycloak-{VERSION}"
    shutil.rmtree(home, ignore_errors=True)
    original = compiled()
    for part in original.iterdir():
        if part.is_dir():
            copy = _link if part.name in _SHARED else shutil.copy2
            shutil.copytree(part, home / part.name, copy_function=copy)
    return home


def compiled() -> Path:
    """Return the Keycloak that copies are made of; compile it if it does not exist.

    Raises:
        CannotRunError: As above.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    original = CACHE / f"compiled-{VERSION}"
    with one_at_a_time(CACHE / "lock", waiting="waiting for another who prepares Keycloak"):
        if not original.is_dir():
            with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
                _compile(_unpack(Path(scratch))).rename(original)
    return original


def environment() -> dict[str, str]:
    """Return the environment of kc.sh: no variable of a user's shell may change how it runs.

    The quick compiler alone halves the CPU time of a start, and bounds memory.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KC_", "QUARKUS_", "JAVA_OPTS", "JAVA_ADD_OPENS"))
    }
    return {**inherited, "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m -XX:TieredStopAtLevel=1"}


def tail(log: Path) -> str:
    """Return the last lines of a log, indented."""
    lines = log.read_text(errors="replace").strip().splitlines()[-15:]
    return "".join(f"\n  {line}" for line in lines)


def _compile(home: Path) -> Path:
    say("preparing Keycloak, once: half a minute or more")
    log = CACHE / "compile.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [str(home / "bin" / "kc.sh"), "build", "--db=dev-file"],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise CannotRunError(f"Keycloak could not be prepared; it said:{tail(log)}")
    return home


def _unpack(scratch: Path) -> Path:
    with zipfile.ZipFile(_fetched()) as bundle:
        bundle.extractall(scratch)
        for entry in bundle.infolist():
            mode = entry.external_attr >> 16
            if mode & 0o111 and not entry.is_dir():  # what zipfile forgets
                (scratch / entry.filename).chmod(mode & 0o777)
    return scratch / f"keycloak-{VERSION}"


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
            "remove it from Maven's own repository too, try again, and if it stays so don't use it"
        )
    return archive


def _fetch(archive: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotRunError("Maven fetches Keycloak, and there is no mvn here: install Maven")
    say("fetching Keycloak with Maven (177 MB)")
    log = CACHE / "maven.log"
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch, log.open("wb") as output:
        arguments = [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={scratch}"]
        command = [maven, "--quiet", "--batch-mode", "dependency:copy", *arguments]
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise CannotRunError(
                f"Maven could not fetch {ARTIFACT}: {log} says why; "
                "mend its settings or the network, and try again"
            )
        Path(scratch, archive.name).rename(archive)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)
