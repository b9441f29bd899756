"""``python -m spec diff``: changes of ``openapi.yaml``, and the version that they need."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from spec import SpecError
from spec.version import Level, Version, next_version, parse_version

ROOT: Final = Path(__file__).resolve().parent.parent
VERSION: Final = "v1.36.0"
FOLDER: Final = ROOT / ".cache" / "spec" / f"oasdiff-{VERSION}"
# the levels that differ from those of oasdiff
LEVELS: Final = Path(__file__).with_name("severity.txt")

TITLES: Final = {
    Level.BREAKS: "breaks clients",
    Level.MAY_BREAK: "may break clients",
    Level.COMPATIBLE: "new, or compatible",
}


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


def print_changes(repository: Path, base: str) -> bool:
    """Print the changes since *base*; return whether ``info.version`` has risen enough.

    Raises:
        SpecError: The revision or its document does not exist, oasdiff can't be built, or a version
            is not three numbers.
    """
    after = repository / "openapi.yaml"
    old, new = _document_at(repository, base), after.read_bytes()
    before, now = _parsed(old), _parsed(new)
    if before == now:
        sys.stdout.write("no change\n")
        return True
    found = _changes(old, after)
    for level, title in TITLES.items():
        texts = [_text(change) for change in found if change["level"] == level]
        sys.stdout.write("\n  ".join([f"{title}:", *texts]) + "\n" if texts else "")
    version = parse_version(now["info"]["version"])
    part, least = next_version(
        parse_version(before["info"]["version"]), [Level(change["level"]) for change in found]
    )
    enough = version >= least
    sys.stdout.write(
        f"info.version is {_dotted(version)}: {'right' if enough else 'too low'}; these changes "
        f"need a new {part} version, {_dotted(least)} or higher\n"
    )
    return enough


def _text(change: dict[str, Any]) -> str:
    place = " ".join(change[key] for key in ("operation", "path") if key in change)
    return f"{place or change['section']}: {change['text']} [{change['id']}]"


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))


def _changes(before: bytes, after: Path) -> list[dict[str, Any]]:
    """Return what oasdiff reports of each change; nothing for changes of texts only."""
    command = (_oasdiff(), "changelog", "--format", "json", "--severity-levels", LEVELS)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "openapi.yaml")
        base.write_bytes(before)
        done = subprocess.run(  # noqa: S603  # the arguments are ours
            (*command, "--allow-external-refs=false", base, after), check=False, capture_output=True
        )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise SpecError(f"oasdiff failed with exit code {done.returncode}: {reason}")
    found: list[dict[str, Any]] = json.loads(done.stdout or b"[]")
    return found


def _parsed(document: bytes) -> Any:  # noqa: ANN401  # a document of any shape
    yaml: Any = YAML(typ="safe")  # ruamel has no types
    return yaml.load(document)


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
