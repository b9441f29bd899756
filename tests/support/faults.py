"""Faults that only tests need; ``ALL_FAULTS`` has those of the sandbox too."""

from __future__ import annotations

import itertools
import math
import struct
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Final

from persium_ext.sandbox import FAULTS, FaultSpec
from persium_ext.sandbox.fault_spec import Stage
from persium_ext.sandbox.messages import Request, Response, json_response
from persium_ext.sandbox.wire import Wire

_MEBIBYTE: Final = 1 << 20
_BLANKS: Final = b" " * _MEBIBYTE


def garbage(wire: Wire) -> None:
    """Bytes that are not HTTP are sent instead of the response."""
    wire.send(b"\x00\xfe\xffNot HTTP, not even nearly.\r\n\r\n")
    wire.close()


def drip_head(wire: Wire, *, interval: float = 1.0) -> None:
    """The head of the response is sent byte by byte."""
    wire.drip(wire.head, interval=interval)
    wire.send(wire.body)


def stall_in_body(wire: Wire, *, seconds: float = math.inf) -> None:
    """Nothing is sent for `seconds` after half the body."""
    first, rest = _halves(wire.body)
    wire.send(wire.head, first)
    wire.pause(seconds)
    wire.send(rest)


def reset_in_body(wire: Wire) -> None:
    """A TCP reset is sent after half the body."""
    wire.send(wire.head, _halves(wire.body)[0])
    wire.pause(0.03)  # a reset overtakes what was not read yet
    wire.reset()


def half_body(wire: Wire) -> None:
    """The connection is closed after half the body."""
    wire.send(wire.head, _halves(wire.body)[0])
    wire.close()


def length_too_short(wire: Wire, *, by: int = 10) -> None:
    """`Content-Length` promises fewer bytes than are sent."""
    wire.send(wire.head_with({"Content-Length": str(max(0, len(wire.body) - by))}), wire.body)


def close_after_response(wire: Wire) -> None:
    """The connection, announced as kept alive, is closed after a good response."""
    wire.send(wire.head, wire.body)
    wire.close()


def gzip_bomb(wire: Wire, *, size: int = 1_000_000_000) -> None:
    """A small body unpacks to `size` bytes: the response and blanks."""
    wire.send(wire.head_with({"Content-Encoding": "gzip", "Connection": "close"}))
    _stream(wire, _packed(wire.body, size))


def huge_body(wire: Wire, *, size: int = 1_000_000_000) -> None:
    """A body of `size` bytes is sent: the response and blanks."""
    wire.send(wire.head_with({"Content-Length": str(size)}), wire.body)
    left = size - len(wire.body)
    _stream(wire, (_BLANKS[: left - sent] for sent in range(0, left, _MEBIBYTE)))


def endless_body(wire: Wire) -> None:
    """A body of no known length is sent: the response, and blanks until the client goes."""
    wire.send(wire.head_with({"Connection": "close"}), wire.body)
    _stream(wire, itertools.repeat(_BLANKS))


def bad_json(_: Request, response: Response) -> Response:
    """The JSON breaks off."""
    return replace(response, body=response.body[:-1] + b",")


def throttle_date(_: Request, __: Response, *, status: int = 429, seconds: float = 1.0) -> Response:
    """429 (or `status`) is sent, with a date `seconds` from now as `Retry-After`."""
    return json_response(
        status, {}, {"Retry-After": formatdate(time.time() + seconds, usegmt=True)}
    )


def _halves(body: bytes) -> tuple[bytes, bytes]:
    middle = len(body) // 2
    return body[:middle], body[middle:]


def _stream(wire: Wire, parts: Iterable[bytes]) -> None:
    wire.close()  # however the stream ends
    for part in parts:
        wire.send(part)


def _packed(body: bytes, size: int) -> Iterator[bytes]:
    """A body and blanks, *size* bytes in all, as gzip (RFC 1952); blanks are packed only once."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)

    def packed(data: bytes) -> bytes:  # independent of what was sent before
        return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)

    many, rest = divmod(size - len(body), _MEBIBYTE)
    check = zlib.crc32(_BLANKS[:rest], zlib.crc32(body))
    yield b"\x1f\x8b\x08" + bytes(7)
    yield packed(body + _BLANKS[:rest])
    mebibyte = packed(_BLANKS)
    for _ in range(many):
        check = zlib.crc32(_BLANKS, check)
        yield mebibyte
    yield packer.flush() + struct.pack("<II", check, size % 2**32)


_SENT: Final = (
    *(garbage, drip_head, stall_in_body, reset_in_body, half_body, length_too_short),
    *(close_after_response, gzip_bomb, huge_body, endless_body),
)
ALL_FAULTS: Final[Mapping[str, FaultSpec]] = {
    **FAULTS,
    **{spec.name: spec for spec in (FaultSpec(act, Stage.CONNECTION) for act in _SENT)},
    **{
        spec.name: spec
        for spec in (FaultSpec(act, Stage.RESPONSE) for act in (bad_json, throttle_date))
    },
}
