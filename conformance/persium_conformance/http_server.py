"""An HTTP server on loopback that passes each request to a function."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Final, Self

MAX_BODY: Final = 1024**2
"""Bytes of a request's body; the connection of a longer one is closed."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A received request.

    Attributes:
        target: Path and query, as sent.
        headers: By name in lower case; repeated fields are joined by a comma.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The complete request, to search in."""
        lines = [f"{name}: {value}" for name, value in self.headers.items()]
        return "\n".join([self.method, self.target, *lines, self.body.decode("latin-1")])


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response to send."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Responder = Callable[[Request], Response | None]
"""None closes the connection without a response."""


class HttpServer:
    """Listens on an unused port, with one thread for each connection."""

    def __init__(self, respond: Responder) -> None:
        handler = type("_Handler", (_Handler,), {"respond": staticmethod(respond)})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as inherited
        """Print nothing: a subject can close its connection at any time."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "persium-conformance", ""
    disable_nagle_algorithm = True
    timeout = 120
    respond: Responder

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Print nothing: requests are recorded by ``SimulatedEndpoints``."""

    def _serve(self) -> None:
        names = dict.fromkeys(name.lower() for name in self.headers)
        headers = {name: ", ".join(self.headers.get_all(name, [])) for name in names}
        request = Request(
            method=self.command, target=self.path, headers=headers, body=self._body(headers)
        )
        response = self.respond(request)
        if response is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(response.status)
        for name, value in {"Content-Length": str(len(response.body)), **response.headers}.items():
            self.send_header(name, value)
        self._headers_buffer: list[bytes]
        self._headers_buffer.append(b"\r\n" + (b"" if self.command == "HEAD" else response.body))
        self.flush_headers()  # header section and body in one packet

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815  # as inherited

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if "chunked" not in headers.get("transfer-encoding", "").lower():
            return self._read(int(headers.get("content-length") or 0), MAX_BODY)
        body = bytearray()
        while size := int(self._line().split(b";")[0], 16):
            body += self._read(size, MAX_BODY - len(body))
            self._line()
        while self._line().strip():
            pass
        return bytes(body)

    def _line(self) -> bytes:
        return self.rfile.readline(65_536)

    def _read(self, size: int, most: int) -> bytes:
        if not 0 <= size <= most:
            raise ValueError("the body is too long")
        return self.rfile.read(size)
