"""Response bodies: read and decompressed up to a limit, then translated to our own values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx

from persium_ext._secret import Secret

from .messages import Headers, Request, Response, TransportError, origin

CODINGS: Final = ("gzip", "deflate")
"""Content codings that are accepted: a chunk of these can't decompress to much."""
_CHUNK: Final = 16_384


class ResponseReader:
    """Reads the response to *request*.

    Attributes:
        too_long: The body is longer than *request* allows; what was read is dropped.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._raw = bytearray()
        self._mocked = False
        self.too_long = False

    def start(self, response: httpx.Response) -> bool:
        """Read the header section; return whether a body of allowed length is still to be read."""
        self._mocked = response.is_stream_consumed
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and self._request.method != "HEAD":
            self._check_size(int(declared[:20]))
        return not self._mocked and not self.too_long

    def feed(self, chunk: bytes) -> bool:
        """Add *chunk*; return whether more may follow."""
        self._check_size(len(self._raw) + len(chunk))
        if not self.too_long:
            self._raw += chunk
        return not self.too_long

    def finish(self, response: httpx.Response, secret: Secret | None) -> Response | TransportError:
        """Return the whole response; an error that quotes the *secret* is masked.

        Raises:
            httpx.DecodingError: Its coding was not asked for, or the body is malformed.
        """
        body = b"" if self.too_long else self._decompressed(response)
        return self.too_long_error if self.too_long else to_response(response, body, secret)

    @property
    def too_long_error(self) -> TransportError:
        """The result of a request whose response is too long."""
        limit = f"the response is longer than {self._request.max_size:,} bytes"
        reason = f"{origin(self._request.url)}: {limit}"
        return TransportError(reason=reason, final=True, too_long=True)

    def _check_size(self, size: int) -> None:
        most = self._request.max_size
        self.too_long = self.too_long or (most is not None and size > most)

    def _decompressed(self, response: httpx.Response) -> bytes:
        named = response.headers.get("content-encoding", "identity")
        coding = named.strip().lower()
        if self._mocked:
            return response.content  # a mock's response was read and decompressed by httpx
        if coding in {"", "identity"}:
            return bytes(self._raw)
        if coding not in CODINGS:
            raise httpx.DecodingError(f"Content-Encoding {named!r} was not asked for")
        return self._decoded(coding)

    def _decoded(self, coding: str) -> bytes:
        packed = httpx.Response(
            200, headers={"Content-Encoding": coding}, content=_chunks(self._raw)
        )
        body = bytearray()
        for chunk in packed.iter_bytes():
            body += chunk
            self._check_size(len(body))
            if self.too_long:
                return b""
        return bytes(body)


def _chunks(raw: bytearray) -> Iterator[bytes]:
    for start in range(0, len(raw), _CHUNK):
        yield bytes(raw[start : start + _CHUNK])


def to_response(response: httpx.Response, body: bytes, secret: Secret | None) -> Response:
    """Translate *response*; an error that quotes the *secret* is masked."""
    headers = response.headers.multi_items()
    if secret is not None and not response.is_success:
        headers = [(name, secret.redact(value)) for name, value in headers]
        body = secret.redact(body.decode("latin-1")).encode("latin-1")  # lossless for any bytes
    return Response(status_code=response.status_code, headers=Headers(headers), content=body)
