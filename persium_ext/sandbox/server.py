"""A port on loopback and its connections: bytes to requests, responses to bytes."""

from __future__ import annotations

import selectors
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import hexdigits
from typing import Any, Final, cast

from .messages import Request, Response, http_error
from .wire import Wire

Application = Callable[[Request], Response]
MAX_BODY: Final = 100 * 1024**2
"""Bytes of a request's body; a longer one is refused."""


class Server(ThreadingHTTPServer):
    """Serves *application* in a thread of its own, and one for each connection.

    Args:
        application: Returns the response to a request.
        port: Where to listen on 127.0.0.1; 0 chooses a free port.
        tls: Speak TLS with this context.

    Raises:
        OSError: *port* is in use.
    """

    timeout = 0  # ``handle_request`` accepts a connection that is there; it does not wait for one
    daemon_threads = True
    request_queue_size = 1024  # a thousand clients may connect at once

    def __init__(
        self, application: Application, *, port: int, tls: ssl.SSLContext | None = None
    ) -> None:
        self.application = application
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        super().__init__(("127.0.0.1", port), Handler, bind_and_activate=False)
        try:
            self.server_bind()
        except OSError:
            self.server_close()
            raise

    def open_port(self) -> None:
        """Accept connections; until then they are refused."""
        if self._thread is None:
            self.server_activate()
            self._stopper, stopped = socket.socketpair()
            self._thread = threading.Thread(
                target=self._accept, args=(stopped,), name="persium-sandbox", daemon=True
            )
            self._thread.start()

    def _accept(self, stopped: socket.socket) -> None:
        """Accept connections until the other end of *stopped* is closed."""
        with stopped, selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.register(stopped, selectors.EVENT_READ)
            while all(key.fileobj is self for key, _ in selector.select()):
                self.handle_request()

    def close_port(self) -> None:
        """Refuse and end connections; the port number is kept for ``open_port``."""
        if self._thread is not None:
            self._end_thread()
            self.socket = socket.socket(self.address_family, self.socket_type)
            self.server_bind()
        self._end_connections()

    def stop(self) -> None:
        """Close the port and every connection; return when their threads have ended."""
        self._end_thread()
        self._end_connections()
        with self._changed:
            self._changed.wait_for(lambda: not self._open, timeout=5)

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._stopper.close()
            self._thread.join()
            self._thread = None
        self.server_close()

    def _end_connections(self) -> None:
        with self._changed:
            for connection in self._open:
                with suppress(OSError):  # the client may have closed it
                    # below TLS, which another thread may be using
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def get_request(self) -> tuple[Any, Any]:
        """Accept a connection; the TLS handshake is left to the connection's thread."""
        connection, address = super().get_request()
        if self._tls is not None:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as inherited
        """Register the connection, so that ``stop`` can end it."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  # as inherited
        """Close the connection and unregister it."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as inherited
        """Print an error that is a bug of the sandbox, and nothing when a client went away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads requests and writes responses; HTTP/1.1, with connections kept alive."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "persium-sandbox", ""
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


for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
    setattr(Handler, f"do_{_method}", Handler.respond)
