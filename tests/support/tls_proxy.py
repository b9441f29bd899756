"""A proxy that speaks TLS itself, and passes on what is encrypted once more."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from contextlib import suppress
from typing import Final, Self

from .wire import listener, origin_of

_EACH: Final = 0.05


class TlsProxy:
    """Opens tunnels on loopback.

    Attributes:
        slow: While it is set, each byte of the server takes 50 ms.
        deaf: While it is set, nothing of the client is read.
        cut_off: Set when a client leaves before the bytes that it waits for have passed.
        tunnels: How many were opened so far.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self.slow, self.deaf, self.cut_off = (threading.Event() for _ in range(3))
        self.tunnels = 0
        self._context = context
        self._stopped = threading.Event()
        self._socket = listener()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def url(self) -> str:
        """The argument ``proxy`` of a client."""
        return origin_of(self._socket, scheme="https")

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(30)
        self._socket.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            if select.select([self._socket], [], [], _EACH)[0]:
                connection, _ = self._socket.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), self._context.wrap_socket(connection, server_side=True) as client:
            head = client.recv(65_536)
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(65_536)
            host, _, port = head.split()[1].decode().partition(":")
            with socket.create_connection((host, int(port))) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                self.tunnels += 1
                self._pass_on(client, server)

    def _pass_on(self, client: ssl.SSLSocket, server: socket.socket) -> None:
        while not self._stopped.is_set():
            sources = [server] if self.deaf.is_set() else [server, client]
            ready = select.select(sources, [], [], 0 if client.pending() else _EACH)[0]
            if server in ready and not self._to_client(client, server.recv(65_536)):
                return
            if client in sources and (client in ready or client.pending()):
                data = client.recv(65_536)
                if not data:
                    return
                server.sendall(data)

    def _to_client(self, client: ssl.SSLSocket, data: bytes) -> bool:
        """Send *data*; return whether more may follow."""
        while data and self.slow.is_set():
            try:
                client.sendall(data[:1])
            except OSError:
                self.cut_off.set()
                raise
            data = data[1:]
            if self._stopped.wait(_EACH):
                return False
            if not data:
                return True
        client.sendall(data)
        return bool(data)
