"""``python -m spec diff``: what in ``openapi.yaml`` would break a client."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from spec._failure import Failure

ROOT: Final = Path(__file__).resolve().parent.parent
VERSION: Final = "v1.36.0"
FOLDER: Final = ROOT / ".cache" / "spec" / f"oasdiff-{VERSION}"
# oasdiff's own levels, but for these
LEVELS: Final = Path(__file__).with_name("severity.txt")


def last_release(repository: Path) -> str | None:
    """Return the newest release tag that leads to HEAD; None: there was no release yet.

    Raises:
        Failure: None is to be seen, but the clone is shallow.
    """
    found = _git(repository, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    if found.returncode == 0:
        return found.stdout.decode().strip()
    if _git(repository, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        raise Failure("a shallow clone may lack the release tags: git fetch --unshallow --tags")
    return None


def breaking(repository: Path, base: str) -> bool:
    """Print what changed for the worse since the revision *base*, and tell whether that may not be.

    With a new major version it may.

    Raises:
        Failure: There is no such revision or no document in it, or no oasdiff and no Go.
    """
    before = _document_at(repository, base)
    after = repository / "openapi.yaml"
    if not _oasdiff_finds_breaks(before, after):
        return False
    if _major(before) == _major(after.read_bytes()):
        return True
    sys.stdout.write("info.version has a new major version: all of this may be\n")
    return False


def _oasdiff_finds_breaks(before: bytes, after: Path) -> bool:
    command = (_oasdiff(), "breaking", "--fail-on", "ERR", "--severity-levels", LEVELS)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "openapi.yaml")
        base.write_bytes(before)
        done = subprocess.run(  # noqa: S603  # our own words
            (*command, "--allow-external-refs=false", "--color=never", base, after), check=False
        )
    if done.returncode not in {0, 1}:
        raise Failure(f"oasdiff failed with exit code {done.returncode}")
    return done.returncode == 1


def _major(document: bytes) -> str:
    yaml: Any = YAML(typ="safe")  # ruamel has no types
    return str(yaml.load(document)["info"]["version"]).split(".")[0]


def _document_at(repository: Path, base: str) -> bytes:
    if _git(repository, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}").returncode:
        raise Failure(f"{base}: there is no such revision (in a shallow clone: fetch it first)")
    found = _git(repository, "show", f"{base}:openapi.yaml")
    if found.returncode:
        raise Failure(f"{base}: has no openapi.yaml")
    return found.stdout


def _git(repository: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    git = shutil.which("git")
    if git is None:
        raise Failure("git is not here")
    return subprocess.run((git, "-C", repository, *words), capture_output=True, check=False)  # noqa: S603  # the same


def _oasdiff() -> Path:
    """Return the program; the first time Go builds it (a minute)."""
    program = FOLDER / "oasdiff"
    if program.exists():
        return program
    go = shutil.which("go")
    if go is None:
        raise Failure("Go is not here, and builds oasdiff: install Go 1.25 or newer")
    done = subprocess.run(  # noqa: S603  # the same
        (go, "install", f"github.com/oasdiff/oasdiff@{VERSION}"),
        env=os.environ | {"GOBIN": str(FOLDER), "GOFLAGS": "-trimpath"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(f"Go could not build oasdiff {VERSION}:\n{done.stderr[-2000:]}")
    return program
