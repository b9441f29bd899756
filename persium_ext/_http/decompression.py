"""Content codings: a body is decompressed chunk by chunk, as it arrives."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, Final

import httpx

CODINGS: Final = ("gzip", "deflate")
"""Content codings that are accepted: a chunk of these can't decompress to much."""
_ALIASES: Final = {"x-gzip": "gzip"}
"""RFC 9110, section 8.4.1.3."""
_NO_CODING: Final = re.compile(
    r"|identity|none|null|binary|[78]bit|.+/.+"
    r"|(us-?)?ascii|utf-?\d+([bl]e)?|iso-?8859-?\d+|latin-?\d+|windows-?\d+|cp-?\d+"
)
"""What servers write for a body that is not compressed, such as its charset or media type."""
_CHUNK: Final = 16_384
_GZIP: Final = zlib.MAX_WBITS | 16
_GZIP_MAGIC: Final = b"\x1f"
_ZLIB_METHOD: Final = 8
"""The lower half of the first byte of a zlib stream; servers send deflate without it, too."""


class Decompressor:
    """Decompresses the body of a response with this ``Content-Encoding``."""

    def __init__(self, named: str) -> None:
        names = [name.strip().lower() for name in named.split(",")] if named else []
        self._named = named
        self._codings = [_ALIASES.get(n, n) for n in names if not _NO_CODING.fullmatch(n)]
        self._stream: Any = None

    @property
    def is_idle(self) -> bool:
        """Whether the body is not compressed."""
        return not self._codings

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Yield what the next chunk of the body contains.

        Raises:
            httpx.DecodingError: It is malformed, or has a coding that was not asked for.
        """
        if self.is_idle:
            yield packed
            return
        if len(self._codings) > 1 or self._codings[0] not in CODINGS:
            raise httpx.DecodingError(f"Content-Encoding {self._named!r} was not asked for")
        for start in range(0, len(packed), _CHUNK):
            yield from self._decompressed(packed[start : start + _CHUNK])

    @property
    def problem(self) -> str | None:
        """What is wrong with a body of which nothing is left; None: nothing."""
        incomplete = self._stream is not None and not self._stream.eof
        return "its end is missing" if incomplete else None

    def _decompressed(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._stream is None or self._is_next_member(packed):
                self._stream = zlib.decompressobj(self._window(packed[0]))
            if self._stream.eof:
                return  # what follows the body is not part of it
            try:
                yield self._stream.decompress(packed)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            packed = self._stream.unused_data

    def _is_next_member(self, packed: bytes) -> bool:
        """Return whether another member of a gzip file begins (RFC 1952, section 2.2)."""
        of_gzip = self._codings[0] == "gzip" and packed.startswith(_GZIP_MAGIC)
        return bool(self._stream.eof) and of_gzip

    def _window(self, first: int) -> int:
        if self._codings[0] == "gzip":
            return _GZIP
        return zlib.MAX_WBITS if first & 15 == _ZLIB_METHOD else -zlib.MAX_WBITS
