"""What to do about a request without a response, by its cause."""

from __future__ import annotations

import errno
import socket
import ssl
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import trustme

from persium_ext import TokenEndpointUnavailable
from persium_ext._http.failures import to_transport_error
from persium_ext._http.proxies import Proxy
from persium_ext._text.secret import Secret
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency

from .test_failures import REFUSED, caused_by


def not_verified(reason: str) -> ssl.SSLCertVerificationError:
    """Make an error as OpenSSL words it."""
    text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason} (_ssl.c:1006)"
    return ssl.SSLCertVerificationError(1, text)


def failed(reason: str) -> ssl.SSLError:
    """Make an error of a handshake."""
    return ssl.SSLError(1, f"[SSL: {reason}] {reason.lower()} (_ssl.c:1006)")


EXPIRED, HOST = "certificate-expired", "certificate-host"


@pytest.mark.parametrize(
    ("cause", "words", "topic"),
    [
        pytest.param(
            not_verified("certificate has expired"),
            "has expired: have it renewed, or correct the clock of this machine: "
            "it is 2027-01-15 08:00 UTC here",
            EXPIRED,
            id="expired",
        ),
        pytest.param(
            not_verified("certificate is not yet valid"),
            "not valid yet: wait, or correct the clock of this machine: "
            "it is 2027-01-15 08:00 UTC here",
            EXPIRED,
            id="not yet valid",
        ),
        pytest.param(
            not_verified("Hostname mismatch, certificate is not valid for 'a.example'."),
            "is another host's",
            HOST,
            id="another name",
        ),
        pytest.param(
            not_verified("IP address mismatch, certificate is not valid for '127.0.0.1'."),
            "is another host's",
            HOST,
            id="another address",
        ),
        pytest.param(
            not_verified("unable to get local issuer certificate"),
            "does not send the certificates between: for a private authority, name its file in "
            "SSL_CERT_FILE",
            "certificate-authority",
            id="unknown authority",
        ),
        pytest.param(
            not_verified("self-signed certificate in certificate chain"),
            "a proxy that inspects TLS: name its file in SSL_CERT_FILE",
            "certificate-authority",
            id="unknown root",
        ),
        pytest.param(
            not_verified("self-signed certificate"),
            "is self-signed: check that {setting} names the right server",
            "certificate-authority",
            id="self-signed",
        ),
        pytest.param(
            failed("WRONG_VERSION_NUMBER"), "does not speak TLS", "tls-handshake", id="no TLS"
        ),
        pytest.param(
            failed("TLSV1_ALERT_PROTOCOL_VERSION"),
            "no version of TLS",
            "tls-handshake",
            id="too old",
        ),
        pytest.param(
            failed("UNSUPPORTED_PROTOCOL"),
            "no version of TLS",
            "tls-handshake",
            id="server too old",
        ),
        pytest.param(
            failed("NO_PROTOCOLS_AVAILABLE"),
            "no version of TLS",
            "tls-handshake",
            id="none allowed",
        ),
        pytest.param(
            failed("CERTIFICATE_REQUIRED"), "a client certificate", "tls-handshake", id="mutual TLS"
        ),
    ],
)
def test_hint(clock: Clock, cause: ssl.SSLError, words: str, topic: str) -> None:
    """A TLS error that no retry can change is final; its hint and section are its cause's."""
    clock.wall = 1_800_000_000

    found = to_transport_error(caused_by(cause), "https://api.example", None)

    assert words in str(found.hint)
    assert found.topic == topic
    assert found.final


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        pytest.param("HANDSHAKE_FAILURE", "no cipher in common, or the server may ask", id="alert"),
        pytest.param("UNEXPECTED_EOF_WHILE_READING", "a proxy or firewall may block", id="closed"),
    ],
)
def test_hint_of_a_handshake_that_may_succeed_later(reason: str, words: str) -> None:
    """A proxy that starts may break off a handshake, so another attempt may help."""
    found = to_transport_error(caused_by(failed(reason)), "https://api.example", None)

    assert words in str(found.hint)
    assert found.topic == "tls-handshake"
    assert not found.final


@pytest.mark.parametrize(
    ("names", "start", "end", "words", "section"),
    [
        pytest.param(["127.0.0.1"], -9, -1, "has expired", EXPIRED, id="expired"),
        pytest.param(["127.0.0.1"], 1, 9, "not valid yet", EXPIRED, id="not yet valid"),
        pytest.param(["other.example"], -9, 9, "another host's", HOST, id="another name"),
        pytest.param(["127.0.0.2"], -9, 9, "another host's", HOST, id="another address"),
    ],
)
def test_hint_of_a_trusted_authority(
    concurrency: Concurrency, names: list[str], start: int, end: int, words: str, section: str
) -> None:
    """A certificate that is wrong in another way is not called untrusted."""
    authority, here = trustme.CA(), datetime.now(UTC)
    server, trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.configure_trust(trust)
    authority.issue_cert(
        *names,
        not_before=here + timedelta(days=start),
        not_after=here + timedelta(days=end),
    ).configure_cert(server)

    with Sandbox(tls=server) as running:
        session = concurrency.session(
            token_url=running.token_url, api_base_url=running.api_base_url, verify=trust
        )
        [error] = session.outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    assert words in str(error.hint)
    assert "not trusted" not in str(error.hint)
    assert f"#{section}" in str(error)
    assert error.attempts == 1


UNKNOWN = socket.gaierror(-2, "Name or service not known")
NO_ROUTE = OSError(errno.ENETUNREACH, "Network is unreachable")
CLOSED = "connection-closed"
PROXY = Proxy(source="HTTPS_PROXY", url="http://user:hunter2@p.example:3128")


@pytest.mark.parametrize(
    ("error", "direct", "by_proxy", "topics"),
    [
        pytest.param(
            caused_by(UNKNOWN),
            "host in TOKEN_URL is unknown",
            "HTTPS_PROXY",
            "unknown-host proxy-unreachable",
            id="DNS",
        ),
        pytest.param(
            caused_by(REFUSED),
            "no server listens",
            "HTTPS_PROXY",
            "connection-refused proxy-unreachable",
            id="refused",
        ),
        pytest.param(
            caused_by(NO_ROUTE),
            "can't be reached",
            "HTTPS_PROXY",
            "unreachable proxy-unreachable",
            id="no route",
        ),
        pytest.param(
            httpx.ConnectTimeout(""),
            "firewall",
            "HTTPS_PROXY",
            "unreachable proxy-unreachable",
            id="no connection",
        ),
        pytest.param(
            httpx.ReadTimeout(""), "larger timeout", "larger timeout", "None None", id="slow"
        ),
        pytest.param(
            httpx.WriteTimeout(""),
            "larger timeout",
            "larger timeout",
            "None None",
            id="slow to read",
        ),
        *(
            pytest.param(error, "scheme and port in TOKEN_URL", "restarts", f"{CLOSED} {CLOSED}")
            for error in (
                httpx.RemoteProtocolError("Server disconnected"),
                httpx.ReadError(""),
                httpx.WriteError(""),
                ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
            )
        ),
        pytest.param(caused_by(OSError("?")), "None", "None", "None None", id="no number"),
        pytest.param(
            httpx.ProxyError("403 Forbidden"),
            "not allow",
            "not allow",
            "proxy-forbidden proxy-forbidden",
            id="forbidden",
        ),
        pytest.param(
            httpx.ProxyError("407 Who"),
            "a password",
            "a password",
            "proxy-password proxy-password",
            id="password",
        ),
        pytest.param(
            httpx.ProxyError("504 Late"),
            "check TOKEN_URL",
            "who operates",
            "proxy-no-route proxy-no-route",
            id="504",
        ),
    ],
)
def test_network(error: Exception, direct: str, by_proxy: str, topics: str) -> None:
    """Hint and section are about the server that can't be reached, or the proxy."""
    found = to_transport_error(error, "POST https://a.example/", None)
    proxied = to_transport_error(error, "POST https://a.example/", None, proxy=PROXY)

    assert direct in str(found.hint_for("TOKEN_URL"))
    assert by_proxy in str(proxied.hint_for("TOKEN_URL"))
    assert f"{found.topic} {proxied.topic}" == topics
    assert "POST https://a.example/ through the proxy http://p.example:3128" in proxied.reason
    assert found.final is (str(error)[:3] in {"403", "407"})
    assert "hunter2" not in f"{proxied}"


@pytest.mark.parametrize("error", [caused_by(REFUSED), httpx.ProxyError("403 Forbidden")])
@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        pytest.param(PROXY, "or add the host to NO_PROXY", id="variable"),
        pytest.param(Proxy.given(PROXY.url), "or leave it out", id="argument"),
    ],
)
def test_doing_without_the_proxy(error: Exception, proxy: Proxy, words: str) -> None:
    """``NO_PROXY`` has no effect on a proxy that is an argument."""
    found = to_transport_error(error, "GET https://a.example/", None, proxy=proxy)

    assert str(found.hint).endswith(words)


def test_proxy_of_a_client_that_was_passed_in() -> None:
    """How it was set is not known, so the variables are named."""
    found = to_transport_error(httpx.ProxyError("403 Forbidden"), "GET https://a.example/", None)

    assert str(found.hint).endswith("or add the host to NO_PROXY")


def test_target_with_the_token() -> None:
    """A token in the path of a URL is masked, too."""
    found = to_transport_error(caused_by(REFUSED), "GET https://a.example/t0k3n", Secret("t0k3n"))

    assert found.reason == "GET https://a.example/[redacted]: Connection refused"
