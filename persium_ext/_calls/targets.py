"""The file that a download ends in: complete, or as it was before."""

from __future__ import annotations

import io
import os
import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import IO, Protocol


class Target(Protocol):
    """Where one download is written.

    Attributes:
        path: The file; None: it was passed in open.
    """

    path: Path | None

    def open(self) -> IO[bytes]:
        """Return an empty file for the body; what an earlier attempt wrote is dropped."""
        ...

    def finish(self) -> None:
        """Store what was written."""
        ...

    def commit(self) -> None:
        """Make it the content of the target."""
        ...

    def discard(self) -> None:
        """Remove what was written, unless it is the content of the target."""
        ...


def target_of(given: str | os.PathLike[str] | IO[bytes]) -> Target:
    """Return the target of one download.

    Raises:
        ValueError: It is nothing that a download can be written to.
    """
    if isinstance(given, str | os.PathLike):
        return PathTarget(Path(os.path.realpath(given)))
    return FileTarget(given)


class PathTarget:
    """The file at *path*: the body is written beside it, and takes its place when complete."""

    def __init__(self, path: Path) -> None:
        if path.exists() and not path.is_file():
            raise ValueError(f"download_to: {path} is not a file: name one")
        if not path.parent.is_dir():
            raise ValueError(f"download_to: {path.parent} is not a folder: create it first")
        self.path: Path | None = path
        self._target = path
        self._part = path.with_name(f".{token_hex(8)}.part")
        self._file: IO[bytes] = io.BytesIO()

    def open(self) -> IO[bytes]:
        """Create the file beside the target; it has the permissions of a file that is replaced."""
        self.discard()
        self._file = self._part.open("xb")
        if self._target.exists():
            shutil.copymode(self._target, self._part)
        return self._file

    def finish(self) -> None:
        """Write it to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def commit(self) -> None:
        """Put it in the place of the target."""
        self._part.replace(self._target)

    def discard(self) -> None:
        """Remove it."""
        with suppress(OSError):  # a full disk
            self._file.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


class FileTarget:
    """A *file* that was passed in open, from its position on."""

    path: Path | None = None

    def __init__(self, file: IO[bytes]) -> None:
        kinds = "a path, or a seekable file in binary mode, positioned at its end"
        if isinstance(file, io.TextIOBase | io.RawIOBase) or not _is_at_end(file):
            raise ValueError(f"download_to: the target has to be {kinds}")
        self._file = file
        self._start = file.tell()
        self._complete = False

    def open(self) -> IO[bytes]:
        """Return the file as it was."""
        self.discard()
        return self._file

    def finish(self) -> None:
        """Pass everything to the system."""
        self._file.flush()

    def commit(self) -> None:
        """Keep what was written."""
        self._complete = True

    def discard(self) -> None:
        """Cut off what was written."""
        if not self._complete:
            with suppress(OSError, ValueError):  # closed meanwhile
                self._file.seek(self._start)
                self._file.truncate()


def _is_at_end(file: IO[bytes]) -> bool:
    if not (hasattr(file, "write") and getattr(file, "seekable", bool)()):
        return False
    start = file.tell()
    return file.seek(0, io.SEEK_END) == start
