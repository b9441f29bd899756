"""Response bodies: read and decompressed up to a limit, then translated to our own values."""

from __future__ import annotations

from typing import Any, Final

import httpx

from persium_ext._text.secret import Secret

from .content import Decompressor
from .messages import Headers, Request, Response, TransportError, UndecodableResponse
from .sink import Sink, SinkError

_BODILESS: Final = {204, 304}
_NO_HEADERS: Final = Headers()
_TO_H11: Final = ("_httpcore_stream", "_stream", "_connection", "_h11_state")
"""From the stream of a response to the parser of its connection: neither httpx nor httpcore has
public access. A test fails if a new version moves it."""


class ResponseReader:
    """Reads the response to *request*: into memory, or a success into its sink."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._headers = _NO_HEADERS
        self._sink: Sink | None = None
        self._content = bytearray()
        self._declared: int | None = None
        self._received = self._written = 0
        self._mocked = False
        self._undecodable = ""
        self._too_long = False
        self._failure: SinkError | None = None

    @property
    def stopped(self) -> bool:
        """Whether the rest of the body is not needed: it is too long, or could not be stored."""
        return self._too_long or self._failure is not None

    def start(self, response: httpx.Response) -> bool:
        """Read the header section; return whether a body of allowed length is still to be read."""
        self._headers = headers = _header_fields(response)
        self._mocked = response.is_stream_consumed
        coding = "" if self._mocked else headers.get("content-encoding", "")
        self._decompressor = Decompressor(coding)  # a mock's body was decompressed by httpx
        self._sink = self._request.sink if response.is_success else None
        declared = headers.get("content-length", "")
        bodiless = self._request.method == "HEAD" or response.status_code in _BODILESS
        if declared.isdecimal() and not bodiless:
            self._declared = int(declared[:20])
            self._check_size(self._declared)
        if self._sink is not None and not self._too_long:
            self._sink.start(self._declared if self._decompressor.is_idle else None)
        return not self._mocked and not self._too_long

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
        self._received += len(chunk)
        self._check_size(self._received)
        try:
            for piece in () if self._undecodable else self._decompressor.feed(chunk):
                self._add(piece)
        except ValueError as error:
            self._undecodable = str(error)
        except SinkError as error:
            self._failure = error
        return not self.stopped

    def finish(self, response: httpx.Response, secret: Secret | None) -> Response | TransportError:
        """Return the whole response; an error that quotes the *secret* is masked.

        Raises:
            httpx.ProxyError: It is a proxy's, which requires a password (RFC 9110, section 15.5.8).
            SinkError: The body could not be stored.
        """
        if response.status_code == 407:
            raise httpx.ProxyError("407 Proxy Authentication Required")
        if self._mocked:
            self.feed(response.content)
        if self.stopped:
            return self.stopped_result(secret)
        if problem := self._undecodable or self._decompressor.problem:
            return self._undecodable_response(response.status_code, problem, secret)
        if self._sink is not None:
            if not self._mocked and self._received < (self._declared or 0):
                reason = (
                    f"{self._request.target(secret)}: the body is shorter than its Content-Length"
                )
                return TransportError(reason=reason)
            self._sink.finish()
        return _masked(response.status_code, self._headers, bytes(self._content), secret)

    def stopped_result(self, secret: Secret | None) -> TransportError:
        """Return the result of a request whose response is too long.

        Raises:
            SinkError: It could not be stored.
        """
        if self._failure is not None:
            raise self._failure
        limit = f"the response is longer than {self._max_size:,} bytes"
        reason = f"{self._request.target(secret)}: {limit}"
        return TransportError(reason=reason, final=True, too_long=True)

    @property
    def _max_size(self) -> int | None:
        return self._request.max_size if self._sink is None else self._sink.max_size

    def _check_size(self, size: int) -> None:
        most = self._max_size
        self._too_long = self._too_long or (most is not None and size > most)

    def _undecodable_response(
        self, status: int, problem: str, secret: Secret | None
    ) -> UndecodableResponse:
        known = _masked(status, self._headers, b"", secret)
        reason = f"the body can't be decompressed: {problem}"
        return UndecodableResponse(
            status_code=status,
            headers=known.headers,
            reason=secret.redact(reason) if secret else reason,
        )

    def _add(self, piece: bytes) -> None:
        self._written += len(piece)
        self._check_size(self._written)
        if self._too_long:
            return
        if self._sink is None:
            self._content += piece
        else:
            self._sink.write(piece)


def to_response(response: httpx.Response, body: bytes, secret: Secret | None) -> Response:
    """Translate *response*; an error that quotes the *secret* is masked."""
    return _masked(response.status_code, _header_fields(response), body, secret)


def _header_fields(response: httpx.Response) -> Headers:
    """Return the header fields: UTF-8, else Latin-1."""
    raw = response.headers.raw
    try:
        return Headers([(name.decode(), value.decode()) for name, value in raw])
    except UnicodeDecodeError:
        return Headers([(_text(name), _text(value)) for name, value in raw])


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
