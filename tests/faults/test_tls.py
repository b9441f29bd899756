"""TLS that fails: refused, not spoken, not trusted, broken."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

import pytest
import trustme

from persium_ext import ApiConnectionError, PersiumError, TokenEndpointUnavailable
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency
from tests.support.wire import Wire, http

from .calls import Note, outcome_of, recovers
from .rows import Row


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that no client trusts by default."""
    return trustme.CA()


@pytest.fixture
def sandbox(authority: trustme.CA) -> Iterator[Sandbox]:
    """A sandbox that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Sandbox(tls=context) as running:
        yield running


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """The context of a client that trusts the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


BROKEN: dict[str, type[PersiumError]] = {
    "api": ApiConnectionError,
    "token": TokenEndpointUnavailable,
}
ALERT = bytes([21, 3, 3, 0, 2, 2, 40])  # fatal, handshake_failure (RFC 8446, section 6)


@pytest.mark.parametrize("at", ["api", "token"])
@pytest.mark.parametrize(
    ("sent", "words", "attempts"),
    [
        # an alert may be temporary, as of a proxy that starts; plain HTTP is permanent
        pytest.param(ALERT, r"(?i)handshake.failure", 3, id="alert"),
        pytest.param(http(), r"(?i)wrong.version.number", 1, id="plain HTTP"),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_handshake(
    at: str,
    sent: bytes,
    words: str,
    attempts: int,
    concurrency: Concurrency,
    trusting: ssl.SSLContext,
) -> None:
    """No request is sent, and the error has the reason that TLS gave."""
    setting = {"api": "api_base_url", "token": "token_url"}[at]
    with Wire() as wire:
        wire.handshake = sent
        url = wire.settings_with("https")[setting]
        [error] = concurrency.session(verify=trusting, **{setting: url}).outcomes(times=1)

    assert isinstance(error, BROKEN[at])
    assert re.search(words, str(error))
    assert error.attempts == attempts
    assert wire.token_requests == wire.api_requests == []


@pytest.mark.parametrize("kind", ["reset", "half-body"])
@pytest.mark.usefixtures("no_jitter")
def test_inside_tls(
    kind: str,
    concurrency: Concurrency,
    sandbox: Sandbox,
    clock: Clock,
    note: Note,
    trusting: ssl.SSLContext,
) -> None:
    """A connection that breaks within TLS has the same result as one without TLS."""
    row = Row(fault=kind, at="api", options={"TLS": True}, outcome=ApiConnectionError, requests=3)
    session = concurrency.session(verify=trusting)

    outcome_of(row, session, sandbox, note)

    recovers(session, sandbox, clock)


@pytest.mark.usefixtures("no_jitter")
def test_untrusted(concurrency: Concurrency, sandbox: Sandbox, note: Note) -> None:
    """An untrusted certificate ends the call at once, and the hint names the setting."""
    row = Row(
        fault="certificate not trusted",
        at="token",
        outcome=TokenEndpointUnavailable,
        words="(?i)certificate.verify.failed",
        requests=0,
        attempts=1,
    )

    error = outcome_of(row, concurrency.session(), sandbox, note)

    assert "SSL_CERT_FILE" in str(error.hint)
