"""Response bodies: read and decompressed up to a limit, then translated to our own values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import httpx

from persium_ext._secret import Secret

from .messages import (
    CODINGS,
    Headers,
    Request,
    Response,
    TransportError,
    UndecodableResponse,
)

_ALIASES: Final = {"x-gzip": "gzip"}
"""RFC 9110, section 8.4.1.3."""
_NO_CODING: Final = re.compile(
    r"|identity|none|null|binary|[78]bit|.+/.+"
    r"|(us-?)?ascii|utf-?\d+([bl]e)?|iso-?8859-?\d+|latin-?\d+|windows-?\d+|cp-?\d+"
)
"""What servers write for a body that is not compressed, such as its charset or media type."""
_CHUNK: Final = 16_384
_BODILESS: Final = {204, 304}
_TO_H11: Final = ("_httpcore_stream", "_stream", "_connection", "_h11_state")
"""From the stream of a response to the parser of its connection: neither httpx nor httpcore has
public access. A test fails if a new version moves it."""


class ResponseReader:
    """Reads the response to *request*.

    Attributes:
        too_long: The body is longer than *request* allows; what was read is dropped.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._headers = Headers()
        self._raw = bytearray()
        self._mocked = False
        self.too_long = False

    def start(self, response: httpx.Response) -> bool:
        """Read the header section; return whether a body of allowed length is still to be read."""
        self._headers = headers = _header_fields(response)
        self._mocked = response.is_stream_consumed
        declared = headers.get("content-length", "")
        bodiless = self._request.method == "HEAD" or response.status_code in _BODILESS
        if declared.isdecimal() and not bodiless:
            self._check_size(int(declared[:20]))
        return not self._mocked and not self.too_long

    def leave(self, response: httpx.Response) -> None:
        """Make sure that its connection is not used again if it has more than the response.

        The surplus would be read as the response to the next request.
        """
        parser: Any = response.stream
        parser = getattr(parser, "_stream", parser)  # a client wraps it once more
        for name in _TO_H11:
            parser = getattr(parser, name, None)
        if parser is not None and (parser.trailing_data[0] or self._announced_surplus(response)):
            parser.send_failed()  # a connection in the state ERROR is closed, not kept

    def _announced_surplus(self, response: httpx.Response) -> bool:
        """Return whether a response without a body announced one, which may arrive later."""
        return response.status_code == 204 and (
            self._headers.get("content-length", "0") != "0" or "transfer-encoding" in self._headers
        )

    def feed(self, chunk: bytes) -> bool:
        """Add *chunk*; return whether more may follow."""
        self._check_size(len(self._raw) + len(chunk))
        if not self.too_long:
            self._raw += chunk
        return not self.too_long

    def finish(self, response: httpx.Response, secret: Secret | None) -> Response | TransportError:
        """Return the whole response; an error that quotes the *secret* is masked.

        Raises:
            httpx.ProxyError: It is a proxy's, which requires a password (RFC 9110, section 15.5.8).
        """
        if response.status_code == 407:
            raise httpx.ProxyError("407 Proxy Authentication Required")
        try:
            body = b"" if self.too_long else self._decompressed(response)
        except httpx.DecodingError as error:
            known = _masked(response.status_code, self._headers, b"", secret)
            reason = f"the body can't be decompressed: {error}"
            return UndecodableResponse(
                status_code=known.status_code,
                headers=known.headers,
                reason=secret.redact(reason) if secret else reason,
            )
        return (
            self.too_long_error
            if self.too_long
            else _masked(response.status_code, self._headers, body, secret)
        )

    @property
    def too_long_error(self) -> TransportError:
        """The result of a request whose response is too long."""
        limit = f"the response is longer than {self._request.max_size:,} bytes"
        reason = f"{self._request.origin}: {limit}"
        return TransportError(reason=reason, final=True, too_long=True)

    def _check_size(self, size: int) -> None:
        most = self._request.max_size
        self.too_long = self.too_long or (most is not None and size > most)

    def _decompressed(self, response: httpx.Response) -> bytes:
        if self._mocked:
            return response.content  # a mock's response was read and decompressed by httpx
        named = self._headers.get("content-encoding", "")
        if not named:
            return bytes(self._raw)
        codings = [name.strip().lower() for name in named.split(",")]
        applied = [_ALIASES.get(name, name) for name in codings if not _NO_CODING.fullmatch(name)]
        if not applied or not self._raw:
            return bytes(self._raw)
        if len(applied) > 1 or applied[0] not in CODINGS:
            raise httpx.DecodingError(f"Content-Encoding {named!r} was not asked for")
        return self._decoded(applied[0])

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
    return _masked(response.status_code, _header_fields(response), body, secret)


def _header_fields(response: httpx.Response) -> Headers:
    """Return the header fields: UTF-8, else Latin-1."""
    return Headers((_text(name), _text(value)) for name, value in response.headers.raw)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _masked(status: int, headers: Headers, body: bytes, secret: Secret | None) -> Response:
    if secret is not None and not 200 <= status < 300:
        headers = Headers((name, secret.redact(value)) for name, value in headers.items())
        body = secret.redact(body.decode("latin-1")).encode("latin-1")  # lossless for any bytes
    return Response(status_code=status, headers=headers, content=body)
