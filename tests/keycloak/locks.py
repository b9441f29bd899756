"""Owners of folders: a process and its children hold a lock until they end.

Keycloak breaks a folder from which it is started twice at once. A lock that the running process
inherited goes when that process goes, however it ends, and no pid is taken for another's.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from .machine import CannotRunError, say


def take(file: Path) -> int:
    """Lock *file*, and return a descriptor to pass on, above those that shells use.

    Raises:
        CannotRunError: Somebody has it.
    """
    descriptor = _opened(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(descriptor, 0)
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    except BlockingIOError:
        raise CannotRunError(
            f"{file.parent.name} is in use by process {file.read_text() or '(starting)'}: "
            "end it first (the one on your desk: make keycloak-stop)"
        ) from None
    finally:
        os.close(descriptor)


def note(descriptor: int, pid: int) -> None:
    """Write the owner's process id into a lock."""
    os.pwrite(descriptor, str(pid).encode(), 0)


def holder(file: Path) -> int | None:
    """Return the process id in a held lock, 0 if it has none yet; None: the lock is free."""
    try:
        os.close(take(file))
    except CannotRunError:
        return int(file.read_text() or 0)
    except FileNotFoundError:
        pass
    return None


@contextmanager
def one_at_a_time(file: Path, *, waiting: str) -> Generator[None]:
    """Hold the lock in this block; *waiting* is printed if another process holds it."""
    descriptor = _opened(file)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
