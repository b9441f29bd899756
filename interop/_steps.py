"""Install, generate, build: in a folder of its own, of which nothing is committed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from interop._target import Command, Target

PATIENCE: Final = 1800.0
"""Seconds that a command may take."""
_INSTALLED: Final = ".installed"
_TAIL: Final = 25


class StepError(Exception):
    """A command failed; the message has the last lines that it printed."""


def prepare(target: Target, work: Path) -> None:
    """Lay out *work* anew, but for what a target keeps from one run to the next."""
    work.mkdir(parents=True, exist_ok=True)
    for entry in work.iterdir():
        if entry.name in {_INSTALLED, *target.keep}:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    shutil.copytree(target.folder, work, dirs_exist_ok=True)


def install(target: Target, work: Path) -> float:
    """Bring what the manifests pin, if they are not those of the last time; return the seconds."""
    stamp = work / _INSTALLED
    digest = _digest(target.folder)
    kept = all((work / name).exists() for name in target.keep)
    if kept and stamp.exists() and stamp.read_text("utf-8") == digest:
        return 0.0
    stamp.unlink(missing_ok=True)
    seconds = run(target.install, work)
    stamp.write_text(digest, encoding="utf-8")
    return seconds


def run(commands: Sequence[Command], work: Path, *, document: Path | None = None) -> float:
    """Run *commands* one after another; return how many seconds they took.

    Raises:
        StepError: One of them failed.
    """
    begun = time.monotonic()
    for command in commands:
        done = execute(filled(command, document=document), work)
        if done.returncode:
            raise StepError(f"{' '.join(command)}\nended with {done.returncode}:\n{tail(done)}")
    return time.monotonic() - begun


def execute(
    command: Command,
    work: Path,
    *,
    environ: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> subprocess.CompletedProcess[str]:
    """Run *command*, without input.

    Raises:
        StepError: It can't be started, or takes for ever.
    """
    try:
        return subprocess.run(  # noqa: S603  # target.toml is ours
            command,
            cwd=work,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=patience,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepError(str(error)) from error


def filled(command: Command, *, document: Path | None = None) -> Command:
    """Put paths into *command*; one of the build folder's own programs stays relative to it."""
    places = {"{python}": sys.executable, "{document}": str(document)}
    return tuple(places.get(word, word) for word in command)


def tail(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last lines that a command printed."""
    return "\n".join([*done.stdout.splitlines(), *done.stderr.splitlines()][-_TAIL:])


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
