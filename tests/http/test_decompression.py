"""Bodies that are decompressed as they arrive, however they are cut."""

from __future__ import annotations

import gzip
import zlib

import httpx
import pytest

from persium_ext._http.decompression import Decompressor

BODY = bytes(range(256)) * 300
_raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
PACKED = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "several members of gzip": ("gzip", gzip.compress(BODY[:99]) + gzip.compress(BODY[99:])),
    "zlib": ("deflate", zlib.compress(BODY)),
    "deflate without zlib": ("deflate", _raw.compress(BODY) + _raw.flush()),
    "none": ("identity", BODY),
}


def decompressed(coding: str, packed: bytes, size: int) -> tuple[bytes, str | None]:
    """Feed *packed* in chunks of *size* bytes; return the body and what is wrong with it."""
    decompressor = Decompressor(coding)
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    return b"".join(p for chunk in chunks for p in decompressor.feed(chunk)), decompressor.problem


@pytest.mark.parametrize("size", [1, 2, 7, 16_384, 10**6])
@pytest.mark.parametrize("kind", PACKED)
def test_chunks_of_any_size(kind: str, size: int) -> None:
    """The body is the same, whatever its chunks are."""
    assert decompressed(*PACKED[kind], size) == (BODY, None)


@pytest.mark.parametrize("size", [1, 10**6])
@pytest.mark.parametrize("kind", [kind for kind in PACKED if kind != "none"])
def test_missing_end(kind: str, size: int) -> None:
    """A body that was cut is noticed, also where its framing is complete."""
    coding, packed = PACKED[kind]

    assert decompressed(coding, packed[:-1], size)[1] == "its end is missing"


@pytest.mark.parametrize("size", [1, 10**6])
@pytest.mark.parametrize("kind", ["gzip", "zlib"])
def test_surplus(kind: str, size: int) -> None:
    """What follows the body is dropped."""
    coding, packed = PACKED[kind]

    assert decompressed(coding, packed + b"\r\n\0", size) == (BODY, None)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        pytest.param("gzip", BODY, id="no header of gzip"),
        pytest.param("deflate", b"\xff" * 9, id="no type of block"),
        pytest.param("gzip", gzip.compress(b"a") + b"\x1f" * 20, id="second member"),
    ],
)
def test_malformed(coding: str, packed: bytes) -> None:
    """A malformed body is an error that httpx has, too."""
    with pytest.raises(httpx.DecodingError):
        decompressed(coding, packed, 5)


def test_chunk_of_many_pieces() -> None:
    """A chunk that decompresses to much arrives in pieces, so that a limit holds in between."""
    packed = gzip.compress(b" " * 50_000_000)

    pieces = list(Decompressor("gzip").feed(packed))

    assert max(map(len, pieces)) < 20_000_000
    assert sum(map(len, pieces)) == 50_000_000
