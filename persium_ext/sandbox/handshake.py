# ruff: noqa: D103  # the catalogue describes them
"""Connections that go wrong before there is a request: TLS that can't be agreed upon."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Final

_ALERT: Final = bytes([21, 3, 3, 0, 2, 2, 40])  # fatal, handshake_failure (RFC 8446, section 6)
_PLAIN: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def alert(connection: socket.socket) -> None:
    _say(connection, _ALERT)


def plain(connection: socket.socket) -> None:
    _say(connection, _PLAIN)


def _say(connection: socket.socket, words: bytes) -> None:
    """Answer whatever comes with *words*, and wait a second for the other side to read them."""
    connection.settimeout(1)
    with suppress(OSError):
        if connection.recv(65536):
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)
