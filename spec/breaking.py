"""``python -m spec diff``: changes of ``openapi.yaml`` that break a client."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from spec import SpecError

ROOT: Final = Path(__file__).resolve().parent.parent
VERSION: Final = "v1.36.0"
FOLDER: Final = ROOT / ".cache" / "spec" / f"oasdiff-{VERSION}"
# the levels that differ from those of oasdiff
LEVELS: Final = Path(__file__).with_name("severity.txt")


def last_release(repository: Path) -> str | None:
    """Return the newest release tag of an ancestor of HEAD; None: there is no release yet.

    Raises:
        SpecError: There is no tag, but the clone is shallow.
    """
    found = _git(repository, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    if found.returncode == 0:
        return found.stdout.decode().strip()
    if _git(repository, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        raise SpecError("a shallow clone may lack the release tags: git fetch --unshallow --tags")
    return None


def print_breaking_changes(repository: Path, base: str) -> bool:
    """Print the breaking changes since *base*; return True unless the major version is new.

    Raises:
        SpecError: The revision or its document does not exist, or oasdiff can't be built.
    """
    before = _document_at(repository, base)
    after = repository / "openapi.yaml"
    if not _run_oasdiff(before, after):
        return False
    if _major(before) == _major(after.read_bytes()):
        return True
    sys.stdout.write("info.version has a new major version: breaking changes are allowed\n")
    return False


def _run_oasdiff(before: bytes, after: Path) -> bool:
    command = (_oasdiff(), "breaking", "--fail-on", "ERR", "--severity-levels", LEVELS)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "openapi.yaml")
        base.write_bytes(before)
        done = subprocess.run(  # noqa: S603  # the arguments are ours
            (*command, "--allow-external-refs=false", "--color=never", base, after), check=False
        )
    if done.returncode not in {0, 1}:
        raise SpecError(f"oasdiff failed with exit code {done.returncode}")
    return done.returncode == 1


def _major(document: bytes) -> str:
    yaml: Any = YAML(typ="safe")  # ruamel has no types
    return str(yaml.load(document)["info"]["version"]).split(".")[0]


def _document_at(repository: Path, base: str) -> bytes:
    if _git(repository, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}").returncode:
        raise SpecError(f"{base}: no such revision (in a shallow clone: fetch it first)")
    found = _git(repository, "show", f"{base}:openapi.yaml")
    if found.returncode:
        raise SpecError(f"{base}: no openapi.yaml in this revision")
    return found.stdout


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    git = shutil.which("git")
    if git is None:
        raise SpecError("git is not installed")
    return subprocess.run((git, "-C", repository, *arguments), capture_output=True, check=False)  # noqa: S603  # the arguments are ours


def _oasdiff() -> Path:
    """Return the path of oasdiff; build it with Go if it does not exist (a minute)."""
    program = FOLDER / "oasdiff"
    if program.exists():
        return program
    go = shutil.which("go")
    if go is None:
        raise SpecError(
            "Go is not installed, and is needed to build oasdiff: install Go 1.25 or newer"
        )
    done = subprocess.run(  # noqa: S603  # the arguments are ours
        (go, "install", f"github.com/oasdiff/oasdiff@{VERSION}"),
        env=os.environ | {"GOBIN": str(FOLDER), "GOFLAGS": "-trimpath"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SpecError(f"Go could not build oasdiff {VERSION}:\n{done.stderr[-2000:]}")
    return program
