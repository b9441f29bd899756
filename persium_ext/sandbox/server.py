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
from .messages import Meeting, Reply, Request

Application = Callable[[Request], Reply]


class Server(ThreadingHTTPServer):
    """Serves *application* in a thread of its own, and one for each connection.

    Args:
        application: Answers requests.
        port: Where to listen on 127.0.0.1; 0 takes a free one.
        tls: Speak TLS with this context.
        greet: Asked at each connection: what to do with it instead of serving it; None: nothing.

    Raises:
        OSError: *port* is taken.
    """

    timeout = 0  # ``handle_request`` finds a connection, or none: it does not wait
    daemon_threads = True
    request_queue_size = 1024  # a thousand clients may knock at once

    def __init__(
        self,
        application: Application,
        *,
        port: int,
        tls: ssl.SSLContext | None = None,
        greet: Callable[[], Meeting | None] = lambda: None,
    ) -> None:
        self.application = application
        self._tls = tls
        self._greet = greet
        self._meetings: dict[socket.socket, Meeting] = {}
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
            self._end, ear = socket.socketpair()
            self._thread = threading.Thread(
                target=self._accept, args=(ear,), name="persium-sandbox", daemon=True
            )
            self._thread.start()

    def _accept(self, ear: socket.socket) -> None:
        """Accept connections until the other side of *ear* is closed."""
        with ear, selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.register(ear, selectors.EVENT_READ)
            while all(key.fileobj is self for key, _ in selector.select()):
                self.handle_request()

    def close_port(self) -> None:
        """Refuse connections, and end those that there are; the port is kept for ``open_port``."""
        if self._thread is not None:
            self._end_thread()
            self.socket = socket.socket(self.address_family, self.socket_type)
            self.server_bind()
        self.hang_up()

    def hang_up(self) -> None:
        """End every connection."""
        with self._changed:
            for connection in self._open:
                with suppress(OSError):  # the other side may have gone
                    # past TLS, which another thread may be using
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def stop(self) -> None:
        """Close the port and every connection; return when their threads are done with them."""
        self._end_thread()
        self.hang_up()
        with self._changed:
            self._changed.wait_for(lambda: not self._open, timeout=5)

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._end.close()
            self._thread.join()
            self._thread = None
        self.server_close()

    def get_request(self) -> tuple[Any, Any]:
        """Accept a connection; the handshake of TLS is left to its thread."""
        connection, address = super().get_request()
        meeting = self._greet()
        if meeting is not None:
            self._meetings[connection] = meeting
        elif self._tls is not None:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as inherited
        """Serve a connection, or do with it what a fault wants."""
        meeting = self._meetings.pop(request, None)
        if meeting is not None:
            meeting(request)
            return
        if self._tls is not None:
            request.do_handshake()
        super().finish_request(request, client_address)

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
