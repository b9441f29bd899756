"""TLS of threads inside a connection that is encrypted itself, by a proxy that speaks TLS.

A socket of Python encrypts once. What httpcore does twice gives each of its reads and writes the
time of the whole operation: a peer that sends a byte a second never exceeds that.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final, TypeVar, TypeVarTuple

import httpcore

from persium_ext._runtime.clock import Deadline

_RECORD: Final = 16_384
"""Bytes; the other layer sends at most so many at once, in one record (RFC 8446, section 5.1)."""
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class LayeredTls(httpcore.NetworkStream):
    """A connection of TLS inside *stream*, whose *timeout* is for the whole of each operation.

    Raises:
        httpcore.ConnectError: The handshake failed; *stream* is closed then.
        httpcore.ConnectTimeout: It did not end within *timeout*.
    """

    def __init__(
        self,
        stream: httpcore.NetworkStream,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None,
        timeout: float | None,
    ) -> None:
        self._stream = stream
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            self._tls = ssl_context.wrap_bio(
                self._incoming, self._outgoing, server_hostname=server_hostname
            )
            with _translated(httpcore.ConnectTimeout, httpcore.ConnectError):
                self._run(Deadline.after(timeout), self._tls.do_handshake)
        except BaseException:
            stream.close()
            raise

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has arrived; nothing at the end."""
        with _translated(httpcore.ReadTimeout, httpcore.ReadError):
            try:
                return self._run(Deadline.after(timeout), self._tls.read, max_bytes)
            except ssl.SSLEOFError:  # a socket does not tell this end from that of TLS either
                return b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write *buffer*."""
        limit = Deadline.after(timeout)
        with _translated(httpcore.WriteTimeout, httpcore.WriteError):
            while buffer:
                buffer = buffer[self._run(limit, self._tls.write, buffer) :]

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # as httpcore calls it
        """Return what httpcore asks for: ``is_readable`` means that the server has closed it."""
        if info == "ssl_object":
            return self._tls
        if info == "is_readable" and (self._incoming.pending or self._tls.pending()):
            return True
        return self._stream.get_extra_info(info)

    def _run(self, limit: Deadline, step: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Do *step* as soon as enough has arrived for it, and send what it wrote."""
        while True:
            try:
                result = step(*arguments)
            except ssl.SSLWantReadError:
                self._send(limit)
                received = self._stream.read(_RECORD, _left(limit))
                if received:
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._send(limit)
                return result

    def _send(self, limit: Deadline) -> None:
        while record := self._outgoing.read(_RECORD):
            self._stream.write(record, _left(limit))


def _left(limit: Deadline) -> float | None:
    left = limit.timeout
    if left == 0:
        raise TimeoutError
    return left


@contextmanager
def _translated(late: type[Exception], broken: type[Exception]) -> Generator[None]:
    """Raise *late* or *broken* for what the layers raise."""
    try:
        yield
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise late(str(error)) from error
    except (OSError, httpcore.NetworkError) as error:
        raise broken(str(error)) from error
