# ruff: noqa: D103  # the catalogue describes them
"""How an answer leaves when it should not leave as usual: in part, byte by byte, not at all."""

from __future__ import annotations

import itertools
import math
import selectors
import socket
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from email.utils import formatdate
from http.client import responses
from typing import Final

from .messages import Reply

_MEBIBYTE: Final = 1 << 20
_BLANKS: Final = b" " * _MEBIBYTE


class Wire:
    """One answer on its way out.

    Attributes:
        head: Status line and header fields, as they should be sent.
        body: The body, likewise.
        finished: Whether the connection ends here.
    """

    def __init__(self, connection: socket.socket, reply: Reply, *, bodiless: bool) -> None:
        self._connection = connection
        self._reply = reply
        self.body = b"" if bodiless else reply.body
        self.head = self.head_with({"Content-Length": str(len(reply.body))})
        self.finished = False

    def head_with(self, fields: Mapping[str, str]) -> bytes:
        """The head, but with these *fields* about the body."""
        status = self._reply.status
        all_fields = {"Server": "persium-sandbox", "Date": formatdate(usegmt=True)}
        all_fields |= {**self._reply.headers, **fields}
        lines = [f"HTTP/1.1 {status} {responses.get(status, '')}"]
        lines += [f"{name}: {value}" for name, value in all_fields.items()]
        return "\r\n".join([*lines, "\r\n"]).encode("latin-1")

    def send(self, *parts: bytes) -> None:
        """Send *parts* at once.

        Raises:
            OSError: The client is gone, or the sandbox stops.
        """
        self._connection.sendall(b"".join(parts))

    def stream(self, parts: Iterable[bytes]) -> None:
        """Send *parts* one after another, and end the connection."""
        self.finished = True
        for part in parts:
            self.send(part)

    def drip(self, data: bytes, *, interval: float) -> None:
        """Send a byte, wait *interval* seconds, send the next one."""
        for byte in data:
            self.send(bytes([byte]))
            self.pause(interval)

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            ConnectionAbortedError: The client is gone, or the sandbox stops.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, selectors.EVENT_READ)
            if selector.select(None if math.isinf(seconds) else seconds):
                raise ConnectionAbortedError("nobody waits any more")

    def close(self) -> None:
        """End the connection after what was sent."""
        self.finished = True

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.finished = True
        now = struct.pack("ii", 1, 0)  # linger for no time: RST instead of FIN
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        # files made of the socket would keep it open
        socket.close(self._connection.detach())


def reset(wire: Wire) -> None:
    wire.reset()


def close(wire: Wire) -> None:
    wire.close()


def garbage(wire: Wire) -> None:
    wire.send(b"\x00\xfe\xffNot HTTP, not even nearly.\r\n\r\n")
    wire.close()


def stall(wire: Wire, *, seconds: float = math.inf) -> None:
    wire.pause(seconds)
    wire.send(wire.head, wire.body)


def stall_in_body(wire: Wire, *, seconds: float = math.inf) -> None:
    first, rest = _halves(wire.body)
    wire.send(wire.head, first)
    wire.pause(seconds)
    wire.send(rest)


def drip_head(wire: Wire, *, interval: float = 1.0) -> None:
    wire.drip(wire.head, interval=interval)
    wire.send(wire.body)


def drip_body(wire: Wire, *, interval: float = 1.0) -> None:
    wire.send(wire.head)
    wire.drip(wire.body, interval=interval)


def half_body(wire: Wire) -> None:
    wire.send(wire.head, _halves(wire.body)[0])
    wire.close()


def reset_in_body(wire: Wire) -> None:
    wire.send(wire.head, _halves(wire.body)[0])
    wire.pause(0.03)  # a reset overtakes what was not read yet
    wire.reset()


def length_too_long(wire: Wire, *, by: int = 10) -> None:
    wire.send(wire.head_with({"Content-Length": str(len(wire.body) + by)}), wire.body)


def length_too_short(wire: Wire, *, by: int = 10) -> None:
    length = max(0, len(wire.body) - by)
    wire.send(wire.head_with({"Content-Length": str(length)}), wire.body)


def close_after_answer(wire: Wire) -> None:
    wire.send(wire.head, wire.body)
    wire.close()


def huge_body(wire: Wire, *, size: int = 1_000_000_000) -> None:
    length = max(size, len(wire.body))
    wire.send(wire.head_with({"Content-Length": str(length)}))
    wire.stream(_padded(wire.body, length))


def endless_body(wire: Wire) -> None:
    wire.send(wire.head_with({"Connection": "close"}), wire.body)
    wire.stream(itertools.repeat(_BLANKS))


def gzip_bomb(wire: Wire, *, size: int = 1_000_000_000) -> None:
    wire.send(wire.head_with({"Content-Encoding": "gzip", "Connection": "close"}))
    wire.stream(_packed(wire.body, size))


def _halves(body: bytes) -> tuple[bytes, bytes]:
    middle = len(body) // 2
    return body[:middle], body[middle:]


def _padded(body: bytes, size: int) -> Iterator[bytes]:
    """The body, and blanks behind it: JSON all the same."""
    yield body
    for left in range(size - len(body), 0, -_MEBIBYTE):
        yield _BLANKS[:left]


def _packed(body: bytes, size: int) -> Iterator[bytes]:
    """A body and blanks, *size* bytes in all, as gzip (RFC 1952); blanks are packed only once."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)

    def packed(data: bytes) -> bytes:  # so that it can stand anywhere, any number of times
        return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)

    many, rest = divmod(max(0, size - len(body)), _MEBIBYTE)
    check = zlib.crc32(_BLANKS[:rest], zlib.crc32(body))
    yield b"\x1f\x8b\x08" + bytes(7)
    yield packed(body + _BLANKS[:rest])
    mebibyte = packed(_BLANKS)
    for _ in range(many):
        check = zlib.crc32(_BLANKS, check)
        yield mebibyte
    length = (len(body) + rest + many * _MEBIBYTE) % 2**32
    yield packer.flush() + struct.pack("<II", check, length)
