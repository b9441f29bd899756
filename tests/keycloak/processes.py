"""Child processes, each in its own process group: start and end them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

LONGEST_STOP: Final = 20.0
_LEASH: Final = (
    "sh",
    "-c",
    'exec 3<&0; { read -r _; kill $$; } <&3 & exec "$0" "$@" 3<&- </dev/null',
)
"""Ends the command when the other end of the pipe closes: its parent has ended."""


def launch(
    command: Sequence[str], *, env: Mapping[str, str], log: Path, lock: int, outlive: bool
) -> subprocess.Popen[bytes]:
    """Start *command*, which inherits *lock*, and ends with this process unless *outlive*."""
    with log.open("wb") as output:
        return subprocess.Popen(
            command if outlive else [*_LEASH, *command],
            env=env,
            stdin=subprocess.DEVNULL if outlive else subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[lock],
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a group that was launched here, and return when it is gone."""
    end_group(process.pid, gone=lambda: process.poll() is not None)
    if process.stdin is not None:
        process.stdin.close()


def end_group(pid: int, *, gone: Callable[[], bool]) -> None:
    """End a process group with SIGTERM, then SIGKILL, and return when it is *gone*."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, sign)
        except ProcessLookupError:
            return
        until = time.monotonic() + LONGEST_STOP
        while time.monotonic() < until:
            if gone():
                return
            time.sleep(0.1)
