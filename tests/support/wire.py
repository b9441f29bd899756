"""A server that sends the bytes that a test prepares, whatever they are."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple, Self

ME: Final = (
    b'{"client_id": "me", "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef", '
    b'"label": "A label", "all_organisations": false}'
)
_TLS_HANDSHAKE: Final = b"\x16"
"""The first byte of a client that begins to speak TLS (RFC 8446, section 5.1)."""


class Seen(NamedTuple):
    """A request: its head, without the empty line, and its body."""

    head: bytes
    body: bytes


Answer = bytes | Callable[[Seen], bytes]


def http(body: bytes = b"", *, status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    """Make a response; each of *headers* ends in CR LF, and may be anything."""
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\nConnection: close\r\n" + length + headers + b"\r\n" + body


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
    """A token endpoint and an API on loopback; one connection for each request.

    Attributes:
        token: The response to each token request, or a function of the request.
        api: The same for the API.
        handshake: What is sent to a client that begins to speak TLS.
        closing: Set when the server closes: a response that is too late waits for it.
    """

    def __init__(self) -> None:
        self.token: Answer = token_answer()
        self.api: Answer = http(ME)
        self.handshake = b""
        self.closing = threading.Event()
        self.token_requests: list[Seen] = []
        self.api_requests: list[Seen] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._talks: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def settings(self) -> dict[str, str]:
        """The arguments of a client of this server."""
        return self.settings_with("http")

    def settings_with(self, scheme: str) -> dict[str, str]:
        """Return the arguments of a client that uses *scheme*."""
        origin = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        return {
            "token_url": f"{origin}/token",
            "api_base_url": origin,
            "client_id": "me",
            "client_secret": "s3cret",
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        with suppress(OSError):  # elsewhere than on Linux
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in [self._thread, *self._talks]:
            thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, _ = self._socket.accept()
                thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
                self._talks.append(thread)
                thread.start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with connection, suppress(OSError):  # the client may close it
            connection.sendall(self._response(connection))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass

    def _response(self, connection: socket.socket) -> bytes:
        if connection.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
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


def _read(connection: socket.socket) -> Seen:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while len(body) < int(length[1] if length else 0):
        body += _some(connection)
    return Seen(head, body)


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionResetError("the client closed the connection")
    return data
