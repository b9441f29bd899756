"""HTTP/1.1 on loopback: bytes to requests, replies to bytes."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import hexdigits
from typing import Any, Final, cast

from ._message import Reply, Request, plain_error

Application = Callable[[Request], Reply]
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


class Server(ThreadingHTTPServer):
    """Serves *application* in a thread of its own, and one for each connection.

    Raises:
        OSError: *port* is taken.
    """

    daemon_threads = True
    request_queue_size = 1024  # a thousand clients may knock at once

    def __init__(self, application: Application, *, port: int) -> None:
        self.application = application
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="persium-sandbox", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection; return when their threads are done with them."""
        self.shutdown()
        self.server_close()
        self._thread.join()
        with self._changed:
            for connection in self._open:
                with suppress(OSError):  # the other side may have gone
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=5)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as inherited
        """Remember the connection, so that ``stop`` can end it."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  # as inherited
        """Close the connection and forget it."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as inherited
        """Say nothing when a client went away; anything else is a bug and is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # a reply leaves in one piece

    def answer(self) -> None:
        """Read a request to its end, and send the reply."""
        # self.path has lost a second slash at its start
        path, _, query = self.requestline.split()[1].partition("?")
        try:
            body = self._read_body()
        except ValueError:
            self.close_connection = True
            self._send(plain_error(400))
            return
        request = Request(
            method=self.command, path=path, query=query, headers=self.headers, body=body
        )
        self._send(cast("Server", self.server).application(request))

    def version_string(self) -> str:
        return "persium-sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Keep standard error clean."""

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.may_have_body:
            self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if reply.may_have_body and self.command != "HEAD":
            self.wfile.write(reply.body)

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._read_chunk, b""))
        return self._read_exactly(_whole(self.headers.get("Content-Length", "0"), base=10))

    def _read_chunk(self) -> bytes:
        size, _, _ = self.rfile.readline(100).partition(b";")
        chunk = self._read_exactly(_whole(size.decode("latin-1"), base=16))
        trailer = self.rfile.readline(65536)
        while not chunk and trailer not in {b"\r\n", b""}:
            trailer = self.rfile.readline(65536)
        return chunk

    def _read_exactly(self, size: int) -> bytes:
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionResetError("the body broke off")
        return body


def _whole(digits: str, *, base: int) -> int:
    """Read a size; only digits, for ``int`` would also take ``-1``, ``1_0`` and ``0x10``."""
    if not set(digits.strip()) <= set(hexdigits):
        raise ValueError("not a size")
    return int(digits, base)


for _method in METHODS:
    setattr(_Handler, f"do_{_method}", _Handler.answer)
