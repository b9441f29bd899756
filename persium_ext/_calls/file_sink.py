"""Write the body of a success to a file, and report how far it is."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import IO, TypeVar, TypeVarTuple

from persium_ext._http.sink import SinkError

from .targets import Target

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Progress = Callable[[int, int | None], object]
"""Called with the bytes so far, and those of the whole body if they are known."""


class FileSink:
    """Writes one download to *target*.

    The event loop may discard it while a thread still writes: whoever is second finds it ended.

    Attributes:
        max_size: Bytes that the body may have; None: no limit.
        path: The file; None: it was passed in open.
        size: Bytes that were written.
    """

    def __init__(
        self, target: Target, *, max_size: int | None, progress: Progress | None = None
    ) -> None:
        self.max_size = max_size
        self.path = target.path
        self.size = 0
        self._target = target
        self._progress = progress
        self._total: int | None = None
        self._file: IO[bytes]
        self._lock = Lock()
        self._ended = False

    def start(self, total: int | None) -> None:
        """Begin a body of *total* bytes; None: its length is not known."""
        self.size, self._total = 0, total
        self._file = self._locked(self._target.open)

    def write(self, chunk: bytes) -> None:
        """Add *chunk*."""
        self._locked(self._file.write, chunk)
        self.size += len(chunk)
        if self._progress is not None:
            _checked(self._progress, self.size, self._total)

    def finish(self) -> None:
        """Store what was written: the body is complete."""
        self._locked(self._target.finish)

    def commit(self) -> None:
        """Make the body the content of the target."""
        self._target.commit()

    def discard(self) -> None:
        """Leave the target as it was, unless it has the whole body."""
        with self._lock:
            self._ended = True
            self._target.discard()

    def _locked(self, step: Callable[[*Ts], T], *arguments: *Ts) -> T:
        with self._lock:
            if self._ended:
                raise SinkError(RuntimeError("the download has ended"))
            return _checked(step, *arguments)


def _checked(step: Callable[[*Ts], T], *arguments: *Ts) -> T:
    """Return the result of *step*.

    Raises:
        SinkError: It raised an exception; the transport may raise one of the same class.
    """
    try:
        return step(*arguments)
    except Exception as error:
        raise SinkError(error) from error
