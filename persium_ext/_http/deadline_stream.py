"""Connections of threads that keep a call's deadline.

httpx limits each network operation; a server that sends a byte a second never exceeds that limit.
A task is cancelled at its deadline, a thread can't be: each of its reads and writes gets no more
time than is left of the call.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, Protocol

import httpx

from persium_ext._runtime.clock import Deadline

_CHUNK: Final = 65_536


class _Current(threading.local):
    deadline: Deadline | None = None


_current = _Current()


@contextmanager
def applied(deadline: Deadline) -> Generator[None]:
    """Apply *deadline* to everything that this thread reads and writes in the block."""
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
    def start_tls(self, *args: Any, **options: Any) -> Stream: ...  # noqa: ANN401  # passed on
    def get_extra_info(self, info: str) -> Any: ...  # noqa: ANN401  # passed on


class Backend(Protocol):
    """What makes connections for httpcore."""

    def connect_tcp(self, *args: Any, **options: Any) -> Stream: ...  # noqa: ANN401  # passed on


class DeadlineBackend:
    """Connects like *backend*, with reads and writes that keep the deadline."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def connect_tcp(self, *args: Any, **options: Any) -> DeadlineStream:  # noqa: ANN401  # passed on
        """Connect."""
        return DeadlineStream(self._backend.connect_tcp(*args, **options))


class DeadlineStream:
    """A connection whose reads and writes get what is left of the call's time."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has arrived."""
        return self._stream.read(max_bytes, _left(timeout, httpx.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write *buffer* in chunks, so that a peer that reads slowly has no more time either."""
        for start in range(0, len(buffer), _CHUNK):
            chunk = buffer[start : start + _CHUNK]
            self._stream.write(chunk, _left(timeout, httpx.WriteTimeout))

    def start_tls(self, *args: Any, **options: Any) -> DeadlineStream:  # noqa: ANN401  # passed on
        """Continue encrypted."""
        return DeadlineStream(self._stream.start_tls(*args, **options))


def _left(timeout: float | None, late: type[httpx.TimeoutException]) -> float | None:
    """Return the seconds for one operation.

    Raises:
        httpx.TimeoutException: None are left.
    """
    deadline = _current.deadline
    left = None if deadline is None else deadline.timeout
    if left is None:
        return timeout
    if not left:
        raise late("deadline exceeded")
    return left if timeout is None else min(timeout, left)
