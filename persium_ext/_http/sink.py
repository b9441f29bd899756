"""Where the body of a success goes that is not kept in memory."""

from __future__ import annotations

from typing import Protocol


class Sink(Protocol):
    """Receives the decompressed body of a success, chunk by chunk.

    Each attempt starts it anew. What it raises is a ``SinkError``, which ends the call.
    """

    @property
    def max_size(self) -> int | None:
        """Bytes that the body may have, before and after decompression; None: no limit."""
        ...

    def start(self, total: int | None) -> None:
        """Begin a body of *total* bytes; None: its length is not known."""
        ...

    def write(self, chunk: bytes) -> None:
        """Add *chunk*."""
        ...

    def finish(self) -> None:
        """Store what was written: the body is complete."""
        ...


class SinkError(Exception):
    """A body could not be stored, because of an *error* that is not the transport's."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error
