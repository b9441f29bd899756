"""The content of messages: media types, charsets, content codings and JSON (RFC 9110, section 8).

JSON is read strictly (RFC 8259): what is not JSON is an error, never a guess.
"""

from __future__ import annotations

import codecs
import json
import math
import re
import zlib
from collections.abc import Iterator
from email.message import Message
from fnmatch import fnmatch
from typing import Any, Final, cast

_JSON: Final = {"application/json", "text/json"}
CODINGS: Final = ("gzip", "deflate")
"""Content codings that are accepted: a chunk of these can't decompress to much."""
_ALIASES: Final = {"x-gzip": "gzip"}
"""RFC 9110, section 8.4.1.3."""
_NO_CODING: Final = (
    r"|identity|none|null|binary|[78]bit|.+/.+"
    r"|(us-?)?ascii|utf-?\d+([bl]e)?|iso-?8859-?\d+|latin-?\d+|windows-?\d+|cp-?\d+"
)
"""What servers write for a body that is not compressed, such as its charset or media type."""
_CHUNK: Final = 16_384
_GZIP: Final = zlib.MAX_WBITS | 16
_GZIP_MAGIC: Final = b"\x1f"
_ZLIB_METHOD: Final = 8
"""The lower half of the first byte of a zlib stream; servers send deflate without it, too."""


def is_json(media_type: str) -> bool:
    """Return whether *media_type* is JSON (RFC 6839, section 3.1)."""
    name = essence(media_type)
    return name in _JSON or name.endswith("+json")


def is_open(media_type: str) -> bool:
    """Return whether *media_type* is a range that JSON is in."""
    return essence(media_type) in {"*/*", "application/*"}


def essence(media_type: str) -> str:
    """Return *media_type* in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def part_type(allowed: str, *, own: str | None = None) -> str | None:
    """Return the media type of a part, one of those *allowed*, which are separated by commas.

    It is the *own* one of a file if that is allowed, or nothing but ranges are; None: unknown.
    """
    names = [name.strip() for name in allowed.split(",") if name.strip()]
    if own and any(fnmatch(own, name) for name in names):
        return own
    return next((name for name in names if "*" not in name), own)


def charset_of(media_type: str) -> str:
    """Return the charset of *media_type*; UTF-8 if it has none that Python knows."""
    message = Message()
    message["Content-Type"] = media_type
    try:
        return codecs.lookup(str(message.get_content_charset() or "utf-8")).name
    except (LookupError, ValueError):
        return "utf-8"


class Decompressor:
    """Decompresses the body of a response with this ``Content-Encoding``."""

    def __init__(self, named: str) -> None:
        names = [name.strip().lower() for name in named.split(",")] if named else []
        self._named = named
        self._codings = [_ALIASES.get(n, n) for n in names if not re.fullmatch(_NO_CODING, n)]
        self._stream: Any = None

    @property
    def is_idle(self) -> bool:
        """Whether the body is not compressed."""
        return not self._codings

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Yield what the next chunk of the body contains.

        Raises:
            ValueError: It is malformed, or has a coding that was not asked for.
        """
        if self.is_idle:
            yield packed
            return
        if len(self._codings) > 1 or self._codings[0] not in CODINGS:
            raise ValueError(f"Content-Encoding {self._named!r} was not asked for")
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
                raise ValueError(str(error)) from error
            packed = self._stream.unused_data

    def _is_next_member(self, packed: bytes) -> bool:
        """Return whether another member of a gzip file begins (RFC 1952, section 2.2)."""
        of_gzip = self._codings[0] == "gzip" and packed.startswith(_GZIP_MAGIC)
        return bool(self._stream.eof) and of_gzip

    def _window(self, first: int) -> int:
        if self._codings[0] == "gzip":
            return _GZIP
        return zlib.MAX_WBITS if first & 15 == _ZLIB_METHOD else -zlib.MAX_WBITS


class DuplicateMemberError(ValueError):
    """A JSON object has a member twice (RFC 8259, section 4, leaves its meaning open)."""


def read_json(content: bytes) -> Any:  # noqa: ANN401  # JSON has no narrower type
    """Read *content*; a byte order mark is ignored (RFC 8259, section 8.1).

    Raises:
        ValueError: It is not UTF-8, not JSON, nested too deep, or has a number that no float holds.
    """
    return _decoded(_DECODER, content)


def _decoded(decoder: json.JSONDecoder, content: bytes) -> Any:  # noqa: ANN401
    try:
        return decoder.decode(content.decode().removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def read_json_object(content: bytes) -> dict[str, object]:
    """Read a JSON object whose members are unique.

    Raises:
        ValueError: *content* is something else; DuplicateMemberError for a repeated member.
    """
    body = _decoded(_UNIQUE_DECODER, content)
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # a wrong value, not a wrong type
    return cast("dict[str, object]", body)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a repeated member: readers differ in which of the two they use."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DuplicateMemberError("a member is repeated")
    return found


_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant)
_UNIQUE_DECODER: Final = json.JSONDecoder(
    parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_unique
)
