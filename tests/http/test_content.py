"""Contents of messages: media types, JSON read strictly, and bodies decompressed as they arrive."""

from __future__ import annotations

import gzip
import zlib

import pytest

from persium_ext._http.content import (
    Decompressor,
    DuplicateMemberError,
    read_json_object,
)

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
    """A malformed body is an error, with the words of zlib."""
    with pytest.raises(ValueError, match="Error -3"):
        decompressed(coding, packed, 5)


def test_chunk_of_many_pieces() -> None:
    """A chunk that decompresses to much arrives in pieces, so that a limit holds in between."""
    packed = gzip.compress(b" " * 50_000_000)

    pieces = list(Decompressor("gzip").feed(packed))

    assert max(map(len, pieces)) < 20_000_000
    assert sum(map(len, pieces)) == 50_000_000


def test_object() -> None:
    """Numbers, nested members and text of any script are read."""
    content = '{"a": [1, 2.5, -1e300], "ü": {"a": null}}'.encode()

    assert read_json_object(content) == {"a": [1, 2.5, -1e300], "ü": {"a": None}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"[]", "not a JSON object", id="list"),
        pytest.param(b'{"a": NaN}', "NaN is not JSON", id="not a number"),
        pytest.param(b'{"a": -Infinity}', "-Infinity is not JSON", id="infinity"),
        pytest.param(b'{"a": 1e400}', "too large", id="too large"),
        pytest.param(b'{"a": 1', "delimiter", id="cut off"),
    ],
)
def test_not_an_object(content: bytes, words: str) -> None:
    """What is not a JSON object is a ValueError that says why."""
    with pytest.raises(ValueError, match=words):
        read_json_object(content)


def test_repeated_member() -> None:
    """A repeated member is an error of its own, at any depth."""
    with pytest.raises(DuplicateMemberError):
        read_json_object(b'{"a": {"b": 1, "b": 1}}')
