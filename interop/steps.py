"""The steps install, generate and build, in a folder that is not committed."""

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

from interop.target import Command, Target

TIMEOUT: Final = 1800.0
"""Seconds within which a command must end."""
_INSTALLED: Final = ".installed"
_TAIL: Final = 25


class StepError(Exception):
    """A command failed; the message contains its last lines of output."""


def prepare(target: Target, work: Path) -> None:
    """Replace the contents of *work*, except the files that a target keeps between runs."""
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
    """Install the pinned packages if a file of the target changed; return the seconds."""
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
    """Run *commands*, with the placeholders replaced by paths; return the seconds.

    Raises:
        StepError: A command failed.
    """
    start = time.monotonic()
    paths = {"{python}": sys.executable, "{document}": str(document)}
    for command in commands:
        done = execute(tuple(paths.get(word, word) for word in command), work)
        if done.returncode:
            raise StepError(f"{' '.join(command)}\nexited with {done.returncode}:\n{tail(done)}")
    return time.monotonic() - start


def execute(
    command: Command,
    work: Path,
    *,
    environ: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> subprocess.CompletedProcess[str]:
    """Run *command*, without input.

    Raises:
        StepError: It can't be started, or exceeds *timeout* seconds.
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
            timeout=timeout,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepError(str(error)) from error


def tail(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last lines of a command's output."""
    return "\n".join([*done.stdout.splitlines(), *done.stderr.splitlines()][-_TAIL:])


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
