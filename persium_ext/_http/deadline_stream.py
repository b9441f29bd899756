"""Connections of threads that keep a call's deadline.

httpx limits each network operation; a server that sends a byte a second never exceeds that limit.
A task is cancelled at its deadline, a thread can't be: each of its operations gets no more time
than is left of the call. Only the look-up of a host name can't be limited.
"""

from __future__ import annotations

import math
import socket
import ssl
from contextlib import suppress
from itertools import chain, zip_longest
from typing import Any, Final, Protocol, cast

import httpx
from httpcore import ConnectError, ConnectTimeout, NetworkStream

from persium_ext._runtime.clock import Deadline

_CHUNK: Final = 16_384
"""Bytes; a socket of TLS sends no more at once, so none of its writes gets the time twice."""
_NO_LIMIT: Final = Deadline(math.inf)


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
    """Makes one connection like *backend*; all that is done on it keeps the deadline.

    Attributes:
        deadline: That of the call which uses the connection now.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.deadline = _NO_LIMIT

    def left(self, timeout: float | None, late: type[httpx.TimeoutException]) -> float | None:
        """Return the seconds for one operation that may take *timeout*.

        Raises:
            httpx.TimeoutException: None are left; it is of the class *late*.
        """
        left = self.deadline.timeout
        if left is None:
            return timeout
        if not left:
            raise late("deadline exceeded")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        **options: Any,  # noqa: ANN401  # passed on
    ) -> DeadlineStream:
        """Connect to the first address of *host* that accepts; all of them share the time.

        Raises:
            httpcore.ConnectError: No address accepts, or *host* has none.
        """
        try:
            addresses = _addresses(host, port)
        except OSError as error:
            raise ConnectError(str(error)) from error
        limit = self.deadline.earlier(Deadline.after(timeout).at)

        def connect(address: str, share: int) -> DeadlineStream:
            left = limit.timeout
            if left == 0:
                raise ConnectTimeout("no address accepted in time")
            seconds = None if left is None else left / share
            stream = self._backend.connect_tcp(address, port, seconds, **options)
            return DeadlineStream(stream, self)

        for share in range(len(addresses), 1, -1):
            with suppress(ConnectError, ConnectTimeout):
                return connect(addresses[-share], share)
        return connect(addresses[-1], 1)


def _addresses(host: str, port: int) -> list[str]:
    """Look *host* up; the families take turns, as RFC 8305, section 4, orders them."""
    families: dict[int, dict[str, None]] = {}
    for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        families.setdefault(family, {})[str(address[0])] = None
    return [address for address in chain(*zip_longest(*families.values())) if address]


class DeadlineStream:
    """A connection whose reads and writes get what is left of the call's time."""

    def __init__(self, stream: Stream, backend: DeadlineBackend) -> None:
        self._stream = stream
        self._backend = backend
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has arrived."""
        return self._stream.read(max_bytes, self._backend.left(timeout, httpx.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write *buffer* in chunks, so that a peer that reads slowly has no more time either."""
        for start in range(0, len(buffer), _CHUNK):
            left = self._backend.left(timeout, httpx.WriteTimeout)
            self._stream.write(buffer[start : start + _CHUNK], left)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> DeadlineStream:
        """Continue encrypted."""
        left = self._backend.left(timeout, httpx.ConnectTimeout)
        if self._stream.get_extra_info("ssl_object") is None:
            encrypted = self._stream.start_tls(ssl_context, server_hostname, left)
        else:
            from .layered_tls import LayeredTls  # noqa: PLC0415  # few proxies speak TLS

            stream = cast("NetworkStream", self._stream)
            encrypted = LayeredTls(stream, ssl_context, server_hostname, left)
        return DeadlineStream(encrypted, self._backend)
