"""The sending of a response: whole, or as a fault wants it."""

from __future__ import annotations

import math
import selectors
import socket
import struct
from collections.abc import Mapping
from email.utils import formatdate
from http.client import responses
from typing import Final

from .messages import Response

_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing sends RST, not FIN."""


class Wire:
    """One response that is being sent.

    Attributes:
        head: Status line and header fields, as they should be sent.
        body: The body, likewise.
        finished: Whether the connection ends after this response.
    """

    def __init__(
        self,
        connection: socket.socket,
        response: Response,
        *,
        bodiless: bool = False,
        finished: bool = False,
    ) -> None:
        self._connection = connection
        self._response = response
        self.body = b"" if bodiless else response.body
        self.finished = finished
        length = {"Content-Length": str(len(response.body))} if response.may_have_body else {}
        self.head = self.head_with(length | ({"Connection": "close"} if finished else {}))

    def head_with(self, fields: Mapping[str, str]) -> bytes:
        """Return the head with *fields* in place of ``Content-Length``."""
        status = self._response.status
        all_fields = {"Server": "persium-sandbox", "Date": formatdate(usegmt=True)}
        all_fields |= {**self._response.headers, **fields}
        lines = [f"HTTP/1.1 {status} {responses.get(status, '')}"]
        lines += [f"{name}: {value}" for name, value in all_fields.items()]
        return "\r\n".join([*lines, "\r\n"]).encode("latin-1")

    def send(self, *parts: bytes) -> None:
        """Send *parts* at once.

        Raises:
            OSError: The client has closed the connection, or the sandbox stops.
        """
        self._connection.sendall(b"".join(parts))

    def drip(self, data: bytes, *, interval: float) -> None:
        """Send *data* byte by byte, each followed by a pause of *interval* seconds."""
        for byte in data:
            self.send(bytes([byte]))
            self.pause(interval)

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            ConnectionAbortedError: The client has closed the connection, or the sandbox stops.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, selectors.EVENT_READ)
            if selector.select(None if math.isinf(seconds) else seconds):
                raise ConnectionAbortedError("the client does not wait any more")

    def close(self) -> None:
        """End the connection after what was sent."""
        self.finished = True

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.finished = True
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        socket.close(self._connection.detach())  # files made of the socket would keep it open
