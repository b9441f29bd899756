"""A socket, and nothing that a client needs but the bytes: what the server and the kernel cost."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

from persium_api.models import Me

from benchmarks.site import Site


def connect(site: Site) -> Callable[[], Me]:
    """One connection; each response comes in one piece, because it is short."""
    connection = socket.create_connection(("localhost", site.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if site.scheme == "https":
        connection = site.tls().wrap_socket(connection, server_hostname="localhost")
    request = f"GET /me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {site.token}\r\n\r\n"
    message = request.encode()

    def get_me() -> Me:
        connection.sendall(message)
        head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError("the response is not a success")
        return Me.from_dict(json.loads(body))

    return get_me
