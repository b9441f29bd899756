"""Endpoints that speak TLS, and a proxy that connects them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pytest
import trustme

from persium_ext._text.secret import Secret
from persium_ext.doctor import Check, diagnose
from persium_ext.sandbox import Sandbox
from tests.support.wire import listener, origin_of


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that no client trusts by default."""
    return trustme.CA(organization_name="Tests Ltd")


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundle of the authority, which the environment names."""
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    return bundle


ServeTls = Callable[..., Sandbox]


@pytest.fixture
def serve_tls(authority: trustme.CA) -> Iterator[ServeTls]:
    """Start a sandbox whose certificate is for *name*."""
    started: list[Sandbox] = []

    def serve(name: str = "127.0.0.1", **options: Any) -> Sandbox:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, **options).configure_cert(context)
        started.append(Sandbox(tls=context).start())
        return started[-1]

    yield serve
    for each in started:
        each.stop()


def arguments(sandbox: Sandbox, **changes: str) -> dict[str, Any]:
    """The arguments of a client of *sandbox*, as ``diagnose`` takes them."""
    given: dict[str, Any] = {name.lower(): value for name, value in sandbox.environ.items()}
    return {**given, "client_secret": Secret(sandbox.client_secret), **changes}


def diagnosed(given: dict[str, Any]) -> dict[str, Check]:
    """The checks by their names."""
    return {check.name: check for check in diagnose(given, timeout=5)}


class Tunnel:
    """A proxy that connects every host with the port *target* of this machine."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.heads: list[bytes] = []
        self._ends: list[socket.socket] = []
        self._socket = listener()
        self.url = origin_of(self._socket)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for end in self._ends:
            with suppress(OSError):  # the client may be gone
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):  # shut down
            while True:
                client, _ = self._socket.accept()
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += client.recv(1)
                self.heads.append(head)
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                server = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [client, server]
                for ends in ((client, server), (server, client)):
                    thread = threading.Thread(target=_pass_on, args=ends, daemon=True)
                    self._threads.append(thread)
                    thread.start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # the other direction may have ended first
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
