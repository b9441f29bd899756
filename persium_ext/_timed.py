"""Connections of threads that keep a call's deadline.

httpx limits each network operation; a server that sends a byte a second never reaches such a limit.
A task is cancelled at its deadline, a thread can't be: here its sockets get no more time than is
left of the call.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, Protocol

import httpx

from ._clock import Deadline

_PIECE: Final = 65_536


class _Current(threading.local):
    deadline: Deadline | None = None


_current = _Current()


@contextmanager
def kept(deadline: Deadline) -> Generator[None]:
    """Hold all that this thread reads and writes in the block to *deadline*."""
    before, _current.deadline = _current.deadline, deadline
    try:
        yield
    finally:
        _current.deadline = before


class Stream(Protocol):
    """A connection of httpcore."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...
    def write(self, buffer: bytes, timeout: float | None = None) -> None: ...
    def close(self) -> None: ...
    def start_tls(self, *args: Any, **options: Any) -> Stream: ...  # noqa: ANN401  # handed on
    def get_extra_info(self, info: str) -> Any: ...  # noqa: ANN401  # the same


class Backend(Protocol):
    """What makes connections for httpcore."""

    def connect_tcp(self, *args: Any, **options: Any) -> Stream: ...  # noqa: ANN401  # handed on


class TimedBackend:
    """Makes connections like *backend*, whose reads and writes keep the deadline."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def connect_tcp(self, *args: Any, **options: Any) -> TimedStream:  # noqa: ANN401  # handed on
        """Connect, as the backend does."""
        return TimedStream(self._backend.connect_tcp(*args, **options))


class TimedStream:
    """A connection that takes what is left of the call for each read and write."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        return self._stream.read(max_bytes, _left(timeout, httpx.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write *buffer* in pieces, so that a peer that reads slowly has no more time either."""
        for start in range(0, len(buffer), _PIECE):
            piece = buffer[start : start + _PIECE]
            self._stream.write(piece, _left(timeout, httpx.WriteTimeout))

    def start_tls(self, *args: Any, **options: Any) -> TimedStream:  # noqa: ANN401  # handed on
        """Go on encrypted."""
        return TimedStream(self._stream.start_tls(*args, **options))


def _left(timeout: float | None, late: type[httpx.TimeoutException]) -> float | None:
    """Seconds for one operation.

    Raises:
        httpx.TimeoutException: There are none left.
    """
    deadline = _current.deadline
    left = None if deadline is None else deadline.timeout
    if left is None:
        return timeout
    if not left:
        raise late("the deadline is spent")
    return left if timeout is None else min(timeout, left)
