"""A port on loopback and its connections."""

from __future__ import annotations

import selectors
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import Any

from .handler import Handler
from .messages import Request, Response

Application = Callable[[Request], Response]


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
