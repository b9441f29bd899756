"""Exceptions of httpx, translated by their causes."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta

import anyio
import h11
import httpcore
import httpx
import pytest
import trio
import trustme

from persium_ext import TokenEndpointUnavailable
from persium_ext._http.failures import is_interruption, to_transport_error
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency


def caused_by(cause: BaseException) -> httpx.ConnectError:
    """Make an error as httpx raises it, with its cause."""
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    return error


REFUSED = ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 1)")
TLS = ssl.SSLError(1, "handshake failure")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(caused_by(REFUSED), "Connection refused", id="refused"),
        pytest.param(
            caused_by(ExceptionGroup("two addresses", [REFUSED, REFUSED])),
            "Connection refused",
            id="refused at each address",
        ),
        pytest.param(
            caused_by(socket.gaierror(-2, "Name or service not known")),
            "Name or service not known",
            id="no such name",
        ),
        pytest.param(caused_by(TLS), str(TLS), id="another TLS error"),
        pytest.param(caused_by(ValueError("x")), "All connection attempts failed", id="no reason"),
        pytest.param(httpx.ReadError(""), "ReadError", id="no text at all"),
        pytest.param(
            httpx.ReadTimeout(""), "no data arrived within the timeout", id="late, without a text"
        ),
        pytest.param(
            httpx.ConnectTimeout("timed out"), "no connection within the timeout", id="late"
        ),
        pytest.param(
            httpx.RemoteProtocolError("illegal status line: bytearray(b'client_secret=x')"),
            "illegal status line",
            id="bytes of the server, quoted",
        ),
    ],
)
def test_reason(error: Exception, reason: str) -> None:
    """However httpx wraps it, the reason is the origin and the text of the system."""
    found = to_transport_error(error, "https://api.example", None)

    assert found.reason == f"https://api.example: {reason}"
    assert found.hint is None
    assert not found.final


def not_verified(reason: str) -> ssl.SSLCertVerificationError:
    """Make an error as OpenSSL words it."""
    text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason} (_ssl.c:1006)"
    return ssl.SSLCertVerificationError(1, text)


def failed(reason: str) -> ssl.SSLError:
    """Make an error of a handshake."""
    return ssl.SSLError(1, f"[SSL: {reason}] {reason.lower()} (_ssl.c:1006)")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        pytest.param(
            not_verified("certificate has expired"),
            "has expired: have it renewed, or correct the clock of this machine: "
            "it is 2027-01-15 08:00 UTC here",
            id="expired",
        ),
        pytest.param(
            not_verified("certificate is not yet valid"),
            "not valid yet: wait, or correct the clock of this machine: "
            "it is 2027-01-15 08:00 UTC here",
            id="not yet valid",
        ),
        pytest.param(
            not_verified("Hostname mismatch, certificate is not valid for 'a.example'."),
            "is another host's",
            id="another name",
        ),
        pytest.param(
            not_verified("IP address mismatch, certificate is not valid for '127.0.0.1'."),
            "is another host's",
            id="another address",
        ),
        pytest.param(
            not_verified("unable to get local issuer certificate"), "SSL_CERT_FILE", id="unknown"
        ),
        pytest.param(
            not_verified("self-signed certificate in certificate chain"),
            "SSL_CERT_FILE",
            id="self-signed",
        ),
        pytest.param(failed("WRONG_VERSION_NUMBER"), "does not speak TLS", id="no TLS"),
        pytest.param(failed("TLSV1_ALERT_PROTOCOL_VERSION"), "no version of TLS", id="too old"),
        pytest.param(failed("UNSUPPORTED_PROTOCOL"), "no version of TLS", id="server too old"),
        pytest.param(failed("NO_PROTOCOLS_AVAILABLE"), "no version of TLS", id="none allowed"),
    ],
)
def test_hint(clock: Clock, cause: ssl.SSLError, words: str) -> None:
    """A TLS error that no retry can change is final, and its hint names what to check."""
    clock.wall = 1_800_000_000

    found = to_transport_error(caused_by(cause), "https://api.example", None)

    assert words in str(found.hint)
    assert ("not trusted" in str(found.hint)) is (words == "SSL_CERT_FILE")
    assert found.final


@pytest.mark.parametrize(
    ("names", "start", "end", "words"),
    [
        pytest.param(["127.0.0.1"], -9, -1, "has expired", id="expired"),
        pytest.param(["127.0.0.1"], 1, 9, "not valid yet", id="not yet valid"),
        pytest.param(["other.example"], -9, 9, "another host's", id="another name"),
        pytest.param(["127.0.0.2"], -9, 9, "another host's", id="another address"),
    ],
)
def test_hint_of_a_trusted_authority(
    concurrency: Concurrency, names: list[str], start: int, end: int, words: str
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
    assert error.attempts == 1


@pytest.mark.parametrize(
    ("error", "unsent"),
    [
        pytest.param(caused_by(httpcore.ConnectError("refused")), True, id="no connection"),
        pytest.param(caused_by(httpcore.PoolTimeout()), True, id="no free connection"),
        pytest.param(caused_by(httpcore.ReadError("reset")), False, id="after sending"),
        pytest.param(caused_by(REFUSED), False, id="by another transport"),
        pytest.param(httpx.ConnectError("lost"), False, id="by another transport, alone"),
    ],
)
def test_unsent(error: Exception, unsent: bool) -> None:  # noqa: FBT001  # a column
    """A request surely never left if httpcore made no connection, and may have left otherwise."""
    assert to_transport_error(error, "https://api.example", None).unsent is unsent


@pytest.mark.parametrize(
    ("error", "reason", "final"),
    [
        pytest.param(RuntimeError("odd"), "RuntimeError: odd", True, id="not of httpx"),
        pytest.param(MemoryError(), "MemoryError", True, id="without a text"),
        pytest.param(httpx.InvalidURL("too long"), "InvalidURL: too long", True, id="no URL"),
        pytest.param(httpx.LocalProtocolError("odd"), "odd", True, id="wrong use"),
        pytest.param(ConnectionResetError("reset"), "ConnectionResetError: reset", False, id="OS"),
        pytest.param(httpx.ReadError("reset"), "reset", False, id="broken connection"),
        pytest.param(KeyError(b"a=b"), "KeyError", True, id="bytes in the text"),
    ],
)
def test_error_that_is_not_of_the_network(error: Exception, reason: str, final: bool) -> None:  # noqa: FBT001  # a column
    """Another attempt helps against the network only; the text names an unusual type."""
    found = to_transport_error(error, "https://api.example", None)

    assert (found.reason, found.final) == (f"https://api.example: {reason}", final)


class TimeLimitError(Exception):
    """What a worker raises in a job that takes too long."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(KeyboardInterrupt(), True, id="Ctrl-C"),
        pytest.param(asyncio.CancelledError(), True, id="cancellation"),
        pytest.param(TimeLimitError(), True, id="signal handler"),
        pytest.param(Exception("odd"), False, id="no class of its own"),
        pytest.param(ssl.SSLError(1, "no"), False, id="TLS"),
        pytest.param(httpx.InvalidURL("no"), False, id="httpx"),
        pytest.param(httpcore.ReadError(), False, id="httpcore"),
        pytest.param(h11.LocalProtocolError("no"), False, id="h11"),
        pytest.param(anyio.BrokenResourceError(), False, id="anyio"),
        pytest.param(trio.BrokenResourceError(), False, id="trio"),
    ],
)
def test_interruption(error: BaseException, expected: bool) -> None:  # noqa: FBT001  # a column
    """What does not come from the transport reaches the caller as it is."""
    assert is_interruption(error) is expected
