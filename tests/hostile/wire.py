"""A server that sends the bytes that a test gives it, right or wrong."""

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


class Seen(NamedTuple):
    """A request: all up to the empty line, and what comes after it."""

    head: bytes
    body: bytes


Answer = bytes | Callable[[Seen], bytes]


def http(body: bytes = b"", *, status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    """Make an answer; *headers* end in CR LF each, and may be anything."""
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\nConnection: close\r\n" + length + headers + b"\r\n" + body


def token_answer(
    token: bytes = b'"t0k3n"',
    *,
    kind: bytes = b'"Bearer"',
    life: bytes = b"300",
    more: bytes = b"",
) -> bytes:
    """Make the answer of a token endpoint, of JSON that may be none."""
    members = b'"access_token": %b, "token_type": %b, "expires_in": %b%b' % (
        token,
        kind,
        life,
        more,
    )
    return http(b"{" + members + b"}")


def me(label: bytes = b'"A label"', *, more: bytes = b"") -> bytes:
    """Make the body of an answer to ``GET /me``."""
    return ME.replace(b'"A label"', label)[:-1] + more + b"}"


class Wire:
    """A token endpoint and an API on loopback; one connection for each request."""

    def __init__(self) -> None:
        self.token: Answer = token_answer()
        self.api: Answer = http(ME)
        self.token_requests: list[Seen] = []
        self.api_requests: list[Seen] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._talks: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def settings(self) -> dict[str, str]:
        """The arguments that lead a client here."""
        origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
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
        with connection, suppress(OSError):  # the client may have had enough
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        seen = _read(connection)
        if seen.head.startswith(b"POST /token"):
            self.token_requests.append(seen)
            answer = self.token
        else:
            self.api_requests.append(seen)
            answer = self.api
        connection.sendall(answer(seen) if callable(answer) else answer)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass


def _read(connection: socket.socket) -> Seen:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
        if data.startswith(b"\x16"):
            raise ConnectionResetError("somebody wants to speak TLS")
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while len(body) < int(length[1] if length else 0):
        body += _some(connection)
    return Seen(head, body)


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionResetError("nobody there any more")
    return data
