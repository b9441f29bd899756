"""One connection: bytes to requests, responses to bytes."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from string import hexdigits
from typing import Final, Protocol, cast

from .messages import Request, Response, http_error
from .wire import Wire

MAX_BODY: Final = 100 * 1024**2
"""Bytes of a request's body; a longer one is refused."""
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


class Server(Protocol):
    """The server of a connection."""

    application: Callable[[Request], Response]


class Handler(BaseHTTPRequestHandler):
    """Reads requests and writes responses; HTTP/1.1, with connections kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def respond(self) -> None:
        """Read a request to its end, and send the response."""
        # self.path has lost a second slash at its start
        path, _, query = self.requestline.split()[1].partition("?")
        try:
            body = self._read_body()
        except (ValueError, OverflowError) as error:
            self.close_connection = True
            self._send(http_error(413 if isinstance(error, OverflowError) else 400))
            return
        request = Request(
            method=self.command, path=path, query=query, headers=self.headers, body=body
        )
        self._send(cast("Server", self.server).application(request))

    def version_string(self) -> str:
        """Return the ``Server`` header field, without a version."""
        return "persium-sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Keep standard error clean."""

    def _send(self, response: Response) -> None:
        bodiless = self.command == "HEAD" or not response.may_have_body
        wire = Wire(self.connection, response, bodiless=bodiless, finished=self.close_connection)
        if response.fault is None:
            wire.send(wire.head, wire.body)
        else:
            response.fault(wire)
        self.close_connection = wire.finished

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            length = _size(self.headers.get("Content-Length", "0"), base=10)
            return self._read_exactly(length, MAX_BODY)
        body = bytearray()
        while chunk := self._read_chunk(MAX_BODY - len(body)):
            body += chunk
        return bytes(body)

    def _read_chunk(self, most: int) -> bytes:
        size, _, _ = self.rfile.readline(100).partition(b";")
        chunk = self._read_exactly(_size(size.decode("latin-1"), base=16), most)
        trailer = self.rfile.readline(65536)
        while not chunk and trailer not in {b"\r\n", b""}:
            trailer = self.rfile.readline(65536)
        return chunk

    def _read_exactly(self, size: int, most: int) -> bytes:
        if size > most:
            raise OverflowError("the body is too long")
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionResetError("the request ended within its body")
        return body


def _size(digits: str, *, base: int) -> int:
    """Read a size of digits only; ``int`` would also accept ``-1``, ``1_0`` and ``0x10``."""
    if not set(digits.strip()) <= set(hexdigits):
        raise ValueError("not a size")
    return int(digits, base)


for _method in METHODS:
    setattr(Handler, f"do_{_method}", Handler.respond)
