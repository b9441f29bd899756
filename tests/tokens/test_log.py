"""What is logged about tokens: token requests, dropped tokens, and failures that are remembered."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Session


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "persium_ext")


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """The structured facts of a *record*."""
    return {k.removeprefix("persium_"): v for k, v in vars(record).items() if k[:8] == "persium_"}


def test_token(
    session: Session, sandbox: Sandbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A token request has its reason, its duration and the life of the token."""
    session.do()

    [record] = caplog.records
    assert record.getMessage() == "token request (none was cached): valid for 300 s, took 0.000 s"
    assert record.levelname == "INFO"
    assert facts(record) == {
        "event": "token",
        "reason": "none",
        "url": sandbox.token_url,
        "duration": 0,
        "expires_in": 300,
    }


def test_refused_token(
    session: Session, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A 401 of the API is logged, and why the next token was requested."""
    session.do()
    sandbox.revoke_tokens()
    session.do()

    dropped, renewed = caplog.records[1:]
    assert (dropped.levelname, facts(dropped)) == ("INFO", {"event": "token_dropped"})
    assert (renewed.levelname, facts(renewed)["reason"]) == ("INFO", "unauthorized")


def test_cooldown(
    session: Session, sandbox: Sandbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """An operator learns why no token request is sent, and until when."""
    clock.wall = 1_000_000.0
    sandbox.answer("requestToken", status=401, body={"error": "invalid_client"})

    session.outcomes(times=1)

    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert "invalid_client, HTTP 401 Unauthorized (POST http://" in record.getMessage()
    assert record.getMessage().endswith("; no request is sent until 13:47:40 UTC (60 s)")
    assert facts(record)["event"] == "token_cooldown"
    assert facts(record)["cooldown"] == 60


def test_failed_refresh(
    concurrency: Any,
    sandbox: Sandbox,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A refresh ahead of time that fails concerns nobody yet, so it is no warning."""
    monkeypatch.setattr("random.random", lambda: 0.5)  # due at 75 % of the token's life
    session = concurrency.session(spread_refresh=True)
    session.do()
    clock.advance(230)
    sandbox.answer("requestToken", status=401, body={"error": "invalid_client"})

    session.do()

    record = caplog.records[-1]
    assert (record.levelname, facts(record)["event"]) == ("INFO", "token_failed")
    assert record.getMessage().startswith(
        "token request (ahead of time) failed after 0.000 s: token end"
    )


def test_token_request_that_is_interrupted(
    session: Session, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A token request that its caller gives up has the class of the interruption."""
    sandbox.token_delay = 30
    impatient = session.client.with_options(deadline=1.0)

    with pytest.raises(Exception, match="exceeded before there was a token"):
        session.do(client=impatient)

    assert "no response before the deadline of a call" in caplog.messages[-1]
