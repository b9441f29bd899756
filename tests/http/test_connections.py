"""Connections: no proxy for this machine, and TLS verification."""

from __future__ import annotations

import os
import pickle
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from persium_ext import SettingsError
from persium_ext._http.messages import origin
from persium_ext._http.tls import tls_context
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency
from tests.support.wire import unused_origin

HTTPS = "https://localhost:1/token"
"""No request is sent there."""


def test_environment_that_is_wrong(
    concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable whose certificates can't be used is named."""
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")

    [error] = concurrency.session(token_url=HTTPS).outcomes(times=1)

    assert isinstance(error, SettingsError)
    assert "SSL_CERT_FILE" in str(error)


def test_file_without_certificates(concurrency: Concurrency, tmp_path: Path) -> None:
    """The argument ``verify`` is named."""
    file = tmp_path / "ca.pem"
    file.write_text("nothing")

    [error] = concurrency.session(token_url=HTTPS, verify=file).outcomes(times=1)

    assert isinstance(error, SettingsError)
    assert "verify" in str(error)


def test_authorities_are_not_read_without_tls(
    concurrency: Concurrency, sandbox: Sandbox, tmp_path: Path
) -> None:
    """A connection to this machine over HTTP needs no certificates, which take 15 ms to read."""
    file = tmp_path / "ca.pem"
    file.write_text("nothing")

    assert concurrency.session(verify=file).do().client_id == sandbox.client_id


def test_loopback_bypasses_the_proxy(
    concurrency: Concurrency, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traffic on this machine may be unencrypted, so no proxy of the environment sees it."""
    monkeypatch.setenv("HTTP_PROXY", unused_origin())
    monkeypatch.setenv("NO_PROXY", "")

    assert concurrency.session().do().client_id == sandbox.client_id


class Foreign:
    """A TLS context of another class, as those are that were made before ``ssl`` was patched."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def __getattr__(self, name: str) -> object:
        return getattr(self._context, name)


@pytest.mark.parametrize("kind", ["path", "context", "context of another class"])
def test_own_authority(concurrency: Concurrency, tmp_path: Path, kind: str) -> None:
    """``verify`` takes the path of the certificate of an authority, or a context that trusts it."""
    authority, file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context(cafile=file)
    verify = {"path": file, "context": trusting}.get(kind) or Foreign(trusting)

    with Sandbox(tls=context) as running:
        session = concurrency.session(
            token_url=running.token_url,
            api_base_url=running.api_base_url,
            client_secret=running.client_secret,
            verify=verify,
        )

        assert session.do().client_id == running.client_id


def test_own_authority_of_a_proxy(concurrency: Concurrency) -> None:
    """A proxy that speaks TLS itself is verified in the same way; this one refuses to connect."""
    authority, trusting = trustme.CA(), ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(trusting)

    with Sandbox(tls=context) as proxy:
        session = concurrency.session(
            token_url="https://token.example/", proxy=origin(proxy.api_base_url), verify=trusting
        )
        [error] = session.outcomes(times=1)

    assert "501 Unsupported method" in str(error)


@pytest.mark.parametrize(
    ("variable", "value", "changed"),
    [("SSL_CERT_FILE", "ca.pem", "ca.pem"), ("SSL_CERT_DIR", f".{os.pathsep}none", ".")],
)
def test_bundle_that_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, changed: str
) -> None:
    """The authorities of the environment are read again if they changed at their path."""
    bundle = tmp_path / "ca.pem"
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(variable, value)
    trustme.CA().cert_pem.write_to_path(str(bundle))
    first, unchanged = tls_context(verify=True), tls_context(verify=True)

    trustme.CA().cert_pem.write_to_path(str(bundle))
    os.utime(changed, ns=(0, 0))  # at once the clock of files may be the same
    second = tls_context(verify=True)

    assert first is unchanged
    assert first is not second
    if variable == "SSL_CERT_FILE":  # OpenSSL looks into a folder later
        assert first.get_ca_certs() != second.get_ca_certs()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_variable_that_is_removed_by_another_thread(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    """The authorities are those of the value that was read, and the next client has the usual."""
    file, decode = tmp_path / "ca.pem", os.environ.decodevalue
    trustme.CA().cert_pem.write_to_path(str(file))
    monkeypatch.setenv(variable, str(file if variable == "SSL_CERT_FILE" else tmp_path))

    def observed(raw: Any) -> str:
        value = decode(raw)
        if value.startswith(str(tmp_path)):
            del os.environ[variable]
        return value

    monkeypatch.setattr(os.environ, "decodevalue", observed)
    contexts = [tls_context(verify=True) for _ in range(2)]

    assert contexts[0].get_ca_certs() != contexts[1].get_ca_certs()


def test_context_of_another_class(
    concurrency: Concurrency, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library may replace ``ssl.SSLContext`` after the context was made; it is not pickled."""
    context = ssl.create_default_context()
    monkeypatch.setattr("ssl.SSLContext", type("Replaced", (ssl.SSLContext,), {}))

    session = concurrency.session(verify=context)

    assert session.do().client_id == sandbox.client_id
    with pytest.raises(TypeError, match="verify=SSLContext"):
        pickle.dumps(session.client)


def test_tls_contexts(tmp_path: Path) -> None:
    """One default context is shared by all clients; a path or a context replaces it."""
    authorities = tls_context(verify=True).get_ca_certs(binary_form=True)
    certificates = tmp_path / "ca.pem"
    certificates.write_text(ssl.DER_cert_to_PEM_cert(authorities[0]))
    own = ssl.create_default_context()

    assert tls_context(verify=True) is tls_context(verify=True)
    assert tls_context(verify=False).verify_mode is ssl.CERT_NONE
    assert tls_context(own) is own
    assert len(tls_context(certificates).get_ca_certs()) == 1
    assert tls_context(str(tmp_path)).verify_mode is ssl.CERT_REQUIRED
