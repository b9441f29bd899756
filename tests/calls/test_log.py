"""What is logged about calls."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from persium_ext import Persium
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency, Session
from tests.support.values import UNDOCUMENTED_STATUS
from tests.support.wire import ME, Wire, http


def calls(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """The records of calls."""
    return [record for record in caplog.records if vars(record).get("persium_event") == "call"]


@pytest.fixture(autouse=True)
def _debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "persium_ext")


def test_call(
    concurrency: Concurrency, wire: Wire, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A call has its operation, status, duration, attempts and request id."""
    wire.api = http(ME, headers=b"X-Request-Id: req-77\r\n")

    concurrency.session(**wire.settings).do()

    [record] = calls(caplog)
    assert record.levelname == "DEBUG"
    assert record.getMessage() == "getMe: HTTP 200 after 0.000 s (request id req-77)"
    facts = {k.removeprefix("persium_"): v for k, v in vars(record).items() if k[:8] == "persium_"}
    assert facts.pop("result")
    assert facts == {
        "event": "call",
        "operation": "getMe",
        "method": "GET",
        "url": f"{wire.settings['api_base_url']}/me",
        "status": 200,
        "duration": 0,
        "attempts": 1,
        "request_id": "req-77",
        "error": None,
        "token_age": 0,
    }


@pytest.mark.usefixtures("no_jitter")
def test_failed_call(session: Session, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """An error has its class, with the number of attempts."""
    sandbox.answer("getMe", status=503, times=3)

    session.outcomes(times=1)

    [record] = calls(caplog)
    assert record.getMessage().startswith("getMe: ServiceUnavailableError, HTTP 503 after ")
    assert " s (3 attempts" in record.getMessage()


def test_nothing_confidential(
    session: Session, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the query, nor what is sent, nor the body of the response is logged."""
    body = {"title": "b0dy"}
    sandbox.answer("getMe", status=UNDOCUMENTED_STATUS, body=body)

    def request(persium: Persium) -> Any:
        headers = {"X-Other": "h3ader"}
        return persium.request("GET", "/me?name=qu3ry", params={"a": "qu3ry"}, headers=headers)

    session.outcomes(request, times=1)

    [record] = calls(caplog)
    assert vars(record)["persium_operation"] == "GET /me"
    shown = f"{record.getMessage()} {vars(record)}"
    assert [word for word in ("qu3ry", "b0dy", "h3ader") if word in shown] == []


def test_request_id_that_would_break_the_line(
    concurrency: Concurrency, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    """An id of the server has no character that a terminal interprets."""
    wire.api = http(ME, headers=b"X-Request-Id: a\x9bb\r\n")

    concurrency.session(**wire.settings).do()

    assert calls(caplog)[0].getMessage().endswith("(request id a b)")
