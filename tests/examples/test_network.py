"""Recipes of companies: a proxy with an authority of its own, a vault, and other clients."""

from __future__ import annotations

import json
import os
import pickle
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
import trustme

from persium_ext.sandbox import Sandbox
from tests.support.engine import PATIENCE, secrets_of

from .conftest import RECIPES

pytestmark = pytest.mark.examples


class Server(ThreadingHTTPServer):
    """A server on loopback; what it was asked is in *asked*."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def server_close(self) -> None:
        """Stop as well."""
        self.shutdown()
        super().server_close()


def note(handler: BaseHTTPRequestHandler) -> None:
    """Remember what a server was asked for."""
    assert isinstance(handler.server, Server)
    handler.server.asked.append(handler.path)


class Tunnel(BaseHTTPRequestHandler):
    """A proxy that knows every name, and leads it to this machine."""

    def do_CONNECT(self) -> None:
        """Pass on bytes in both directions."""
        note(self)
        with socket.create_connection(("127.0.0.1", int(self.path.partition(":")[2]))) as there:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=pump, args=(there, self.connection))
            back.start()
            pump(self.connection, there)
            back.join()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
        """Say nothing."""


def pump(source: socket.socket, target: socket.socket) -> None:
    """Pass on bytes until one side ends."""
    with suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


class Vault(BaseHTTPRequestHandler):
    """The KV secrets engine of HashiCorp Vault, version 2, with one secret."""

    secret: ClassVar = ""

    def do_GET(self) -> None:
        """Respond to a reader with the right token."""
        note(self)
        right = self.headers["X-Vault-Token"] == "of the vault"
        body = json.dumps({"data": {"data": {"client_secret": self.secret}}}).encode()
        self.send_response(200 if right else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
        """Say nothing."""


def run(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder of the recipes, to its end."""
    return subprocess.run(
        (sys.executable, *arguments),
        cwd=RECIPES,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """A sandbox with a certificate of the company, whose names only the proxy knows."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("persium.corp.example").configure_cert(context)
    bundle = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with Sandbox(tls=context) as sandbox, Server(Tunnel) as proxy:
        names = {
            name: value.replace("127.0.0.1", "persium.corp.example")
            for name, value in sandbox.environ.items()
        }
        yield sandbox, {**names, "PROXY": proxy.address, "COMPANY_CA": str(bundle)}


def set_for_all(environ: dict[str, str]) -> dict[str, str]:
    """The variables of a machine whose proxy and authority are set for all programs."""
    return {**environ, "HTTPS_PROXY": environ["PROXY"], "SSL_CERT_FILE": environ["COMPANY_CA"]}


def test_a_proxy_that_opens_tls(company: tuple[Sandbox, dict[str, str]]) -> None:
    """The recipe goes through the proxy, and trusts the authority of the company."""
    sandbox, environ = company

    done = run("corporate_network.py", environ=environ)

    assert (done.stdout.strip(), done.stderr) == (sandbox.client.label, "")
    assert sandbox.token_requests == 1


def test_variables_are_all_that_a_company_needs(company: tuple[Sandbox, dict[str, str]]) -> None:
    """HTTPS_PROXY and SSL_CERT_FILE do it without code."""
    sandbox, environ = company

    done = run("-m", "persium_ext", "me", environ=set_for_all(environ))

    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.token_requests == 1


def test_another_authority_is_not_trusted(company: tuple[Sandbox, dict[str, str]]) -> None:
    """Without the authority of the company no secret is sent."""
    sandbox, environ = company

    done = run("-m", "persium_ext", "me", environ={**environ, "HTTPS_PROXY": environ["PROXY"]})

    assert done.returncode == 3
    assert sandbox.token_requests == 0


@pytest.fixture
def vault(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A vault with the secret, and settings without it."""
    monkeypatch.syspath_prepend(RECIPES)
    monkeypatch.setattr(Vault, "secret", sandbox.client_secret)
    with Server(Vault) as server:
        environ = {**sandbox.environ, "VAULT_ADDR": server.address, "VAULT_TOKEN": "of the vault"}
        del environ["CLIENT_SECRET"]
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield server


def test_a_vault_is_asked_once_for_each_token(vault: Server, sandbox: Sandbox) -> None:
    """The program reads the secret for its token request, and not for its calls."""
    with import_module("vault_secret").client() as persium:
        labels = {persium.identity.get_me().label for _ in range(5)}

    assert labels == {sandbox.client.label}
    assert (sandbox.token_requests, len(vault.asked)) == (1, 1)


def test_a_rotated_secret_is_read(
    vault: Server, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that was rotated in the vault serves the next token request, without a restart."""
    with import_module("vault_secret").client() as persium:
        persium.identity.get_me()
        monkeypatch.setattr(Vault, "secret", sandbox.client.rotate_secret())
        sandbox.revoke_tokens()

        assert persium.identity.get_me().label == sandbox.client.label
    assert (sandbox.token_requests, len(vault.asked)) == (2, 2)


@pytest.mark.usefixtures("vault")
def test_a_client_of_a_vault_is_pickled_without_its_secret(sandbox: Sandbox) -> None:
    """A pickle names the function."""
    with import_module("vault_secret").client() as persium:
        persium.identity.get_me()

        assert not any(s.encode() in pickle.dumps(persium) for s in secrets_of(sandbox))


def test_a_program_with_a_vault(vault: Server, sandbox: Sandbox) -> None:
    """The recipe runs as it stands."""
    assert run("vault_secret.py", environ={}).stdout.strip() == sandbox.client.label
    assert len(vault.asked) == 1


@pytest.fixture
def migrating(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The recipe, imported anew with the settings of the sandbox."""
    monkeypatch.syspath_prepend(RECIPES)
    for name, value in sandbox.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "migrating", raising=False)
    return import_module("migrating")


def test_before_costs_a_token_for_each_call(migrating: Any, sandbox: Sandbox) -> None:
    """What most programs do."""
    assert {migrating.before() for _ in range(3)} == {sandbox.client.label}
    assert sandbox.token_requests == 3


def test_after_costs_one_token(migrating: Any, sandbox: Sandbox) -> None:
    """The same results, with one token for both ways to call."""
    labels = {call() for call in (migrating.after, migrating.between) for _ in range(3)}
    migrating.persium.close()

    assert labels == {sandbox.client.label}
    assert sandbox.token_requests == 1
