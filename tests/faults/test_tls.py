"""TLS that fails: refused, not there, not trusted; at either endpoint."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest
import trustme

from persium_ext import ApiConnectionError, TokenEndpointUnavailable
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency

from .meeting import Note, outcome_of, recovers
from .rows import Row


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Signs certificates that only those trust who are told to."""
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
    """For a client that trusts the sandbox."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


BROKEN = {"api": ApiConnectionError, "token": TokenEndpointUnavailable}


@pytest.mark.parametrize("at", ["api", "token"])
@pytest.mark.parametrize(
    ("kind", "words", "attempts"),
    [
        # an alert may be a moment's, as of a proxy that starts; what does not speak TLS never will
        pytest.param("tls-alert", r"(?i)handshake.failure", 3, id="alert"),
        pytest.param("tls-plain", r"(?i)wrong.version.number", 1, id="plain"),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_handshake(
    at: str,
    kind: str,
    words: str,
    attempts: int,
    concurrency: Concurrency,
    sandbox: Sandbox,
    clock: Clock,
    note: Note,
    trusting: ssl.SSLContext,
) -> None:
    """No request is sent; the error says what TLS said; the next call succeeds."""
    row = Row(fault=kind, at=at, outcome=BROKEN[at], words=words, requests=0, attempts=attempts)
    session = concurrency.session(verify=trusting)

    outcome_of(row, session, sandbox, note)

    recovers(session, sandbox, clock)


@pytest.mark.parametrize("kind", ["reset", "half-body", "close-after-answer"])
@pytest.mark.parametrize("at", ["api", "token"])
@pytest.mark.usefixtures("no_jitter")
def test_inside_tls(
    at: str,
    kind: str,
    concurrency: Concurrency,
    sandbox: Sandbox,
    clock: Clock,
    note: Note,
    trusting: ssl.SSLContext,
) -> None:
    """What breaks off inside TLS ends as it does without."""
    broken = kind != "close-after-answer"
    row = Row(
        fault=kind,
        at=at,
        options={"inside TLS": True},
        outcome=BROKEN[at] if broken else None,
        requests=3 if broken else 1,
    )

    session = concurrency.session(verify=trusting)

    outcome_of(row, session, sandbox, note)

    recovers(session, sandbox, clock)


@pytest.mark.usefixtures("no_jitter")
def test_untrusted(concurrency: Concurrency, sandbox: Sandbox, note: Note) -> None:
    """A certificate that nobody vouches for ends the call at once, and a hint says what helps."""
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
