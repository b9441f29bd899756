"""A server that sends the bytes that a test prepares, whatever they are."""

from __future__ import annotations

import atexit
import re
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple, Self

ME: Final = (
    b'{"client_id": "me", "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef", '
    b'"label": "A label", "all_organisations": false}'
)
_KEPT: Final = b"\r\nConnection: keep-alive\r\n"
_TLS_HANDSHAKE: Final = b"\x16"
"""The first byte of a client that begins to speak TLS (RFC 8446, section 5.1)."""


class Seen(NamedTuple):
    """A request: its head, without the empty line, and its body, chunked if it came so."""

    head: bytes
    body: bytes


Answer = bytes | Callable[[Seen], bytes]


def listener() -> socket.socket:
    """Open a port on loopback: it accepts connections, and nothing is read from them."""
    return socket.create_server(("127.0.0.1", 0), backlog=1024)


def origin_of(listening: socket.socket, *, scheme: str = "http") -> str:
    """Return the origin of a port."""
    return f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"


def unused_origin() -> str:
    """Return an origin where no server listens; until the end of the process its port is taken."""
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    atexit.register(closed.close)
    return origin_of(closed)


def http(
    body: bytes = b"",
    *,
    status: bytes = b"200 OK",
    headers: bytes = b"",
    connection: bytes = b"close",
) -> bytes:
    """Make a response; each of *headers* ends in CR LF, and may be anything."""
    length = b"Connection: %b\r\nContent-Length: %d\r\n" % (connection, len(body))
    return b"HTTP/1.1 " + status + b"\r\n" + length + headers + b"\r\n" + body


def in_turn(*responses: bytes) -> Callable[[Seen], bytes]:
    """Send each of *responses* once, and the last of them from then on."""
    left = deque(responses)
    return lambda _: left.popleft() if len(left) > 1 else left[0]


def token_answer(
    token: bytes = b'"t0k3n"',
    *,
    kind: bytes = b'"Bearer"',
    life: bytes = b"300",
    more: bytes = b"",
) -> bytes:
    """Make a token response; its members need not be JSON."""
    members = b'"access_token": %b, "token_type": %b, "expires_in": %b%b' % (
        token,
        kind,
        life,
        more,
    )
    return http(b"{" + members + b"}")


def me(label: bytes = b'"A label"', *, more: bytes = b"") -> bytes:
    """Make the body of a response to ``GET /me``."""
    return ME.replace(b'"A label"', label)[:-1] + more + b"}"


class Wire:
    """A token endpoint and an API on loopback; a connection is kept if the response says so.

    With *tls* it speaks TLS, whose end it does not announce.

    Attributes:
        token: The response to each token request, or a function of the request.
        api: Those of the API.
        handshake: What is sent to a client that begins to speak TLS.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.token: Answer = token_answer()
        self.api: Answer = http(ME)
        self.handshake = b""
        self.token_requests: list[Seen] = []
        self.api_requests: list[Seen] = []
        self._stopped = threading.Event()
        self._ended = threading.Semaphore(0)
        self._socket = listener()
        self._connections: list[tuple[socket.socket, threading.Thread]] = []
        self._encrypted: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def settings(self) -> dict[str, str]:
        """The arguments of a client of this server."""
        return self.settings_with("http" if self._tls is None else "https")

    def settings_with(self, scheme: str) -> dict[str, str]:
        """Return the arguments of a client that uses *scheme*."""
        origin = origin_of(self._socket, scheme=scheme)
        return {
            "token_url": f"{origin}/token",
            "api_base_url": origin,
            "client_id": "me",
            "client_secret": "s3cret",
        }

    @property
    def connections(self) -> int:
        """How many connections were accepted so far."""
        return len(self._connections)

    def wait_until_closed(self, number: int) -> None:
        """Return when clients have closed *number* connections.

        Raises:
            TimeoutError: They have not.
        """
        for _ in range(number):
            if not self._ended.acquire(timeout=30):
                raise TimeoutError(f"fewer than {number} connections were closed")

    def silence(self, _: Seen) -> bytes:
        """Send nothing, and keep the connection open until the server stops."""
        self._stopped.wait()
        return b""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        _shut_down(self._socket)
        self._socket.close()
        self._thread.join(10)
        for connection in self._encrypted:
            _shut_down(connection)
        for connection, thread in self._connections:
            _shut_down(connection)
            thread.join(10)

    def _accept(self) -> None:
        with suppress(OSError):  # shut down
            while True:
                connection, _ = self._socket.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._connections.append((connection, thread))
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), self._begin(connection) as stream:  # the client may close it
            while _KEPT in (response := self._response(stream)):
                stream.sendall(response)
            stream.sendall(response)
            stream.shutdown(socket.SHUT_WR)
            while stream.recv(65_536):
                pass
        self._ended.release()

    def _begin(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        encrypted = self._tls.wrap_socket(connection, server_side=True)
        self._encrypted.append(encrypted)
        return encrypted

    def _response(self, connection: socket.socket) -> bytes:
        if self._tls is None and connection.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
            connection.recv(65_536)
            return self.handshake
        seen = _read(connection)
        if seen.head.startswith(b"POST /token"):
            self.token_requests.append(seen)
            answer = self.token
        else:
            self.api_requests.append(seen)
            answer = self.api
        return answer(seen) if callable(answer) else answer


def _shut_down(connection: socket.socket) -> None:
    """End what a thread reads or writes there."""
    with suppress(OSError):  # closed already; or a listening socket, elsewhere than on Linux
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # below TLS


def _read(connection: socket.socket) -> Seen:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    chunked = b"\r\ntransfer-encoding: chunked" in head.lower()
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while len(body) < int(length[1] if length else 0) or (
        chunked and not body.endswith(b"0\r\n\r\n")
    ):
        body += _some(connection)
    return Seen(head, body)


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionResetError("the client closed the connection")
    return data
