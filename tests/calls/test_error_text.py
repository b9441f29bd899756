"""What the text of an error quotes of a response."""

from __future__ import annotations

import json
from typing import Any

import pytest

from persium_ext import PersiumError
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.error_text import facts, server_text
from persium_ext._http.messages import HeaderFields, Response, UndecodableResponse
from persium_ext._runtime.clock import Instant
from persium_ext._secret import Secret
from persium_ext._tokens.access_token import AccessToken
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, http

MOMENT = Instant(wall=1000.0, steady=0.0)
TOKEN = AccessToken(
    value=Secret("t0k3n"),
    token_type="Bearer",
    scope=None,
    expires_in=300,
    sent=MOMENT,
    received=MOMENT,
)


def call_after(attempts: int = 1) -> Call:
    """A call with a token, after some attempts."""
    call = Call(
        operation="getMe",
        method="GET",
        url="https://api.example/me",
        headers=HeaderFields(),
        body=Body({}),
    )
    call.attempts, call.token = attempts, TOKEN
    return call


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            {"title": "Not Found", "detail": "no invoice 7"}, "no invoice 7", id="RFC 9457"
        ),
        pytest.param({"title": "Not Found", "status": 404}, "Not Found", id="RFC 9457, title only"),
        pytest.param({"error": "e", "error_description": "why"}, "why", id="RFC 6749"),
        pytest.param({"error": "e"}, "e", id="RFC 6749, code only"),
        pytest.param({"error": {"code": 7, "message": "why"}}, "why", id="nested"),
        pytest.param({"errors": [{"code": 7}, {"message": "why"}]}, "why", id="a list of errors"),
        pytest.param({"detail": [{"loc": ["x"], "msg": "why"}]}, "why", id="a list of details"),
        pytest.param({"detail": "", "message": "why"}, "why", id="an empty member"),
        pytest.param("why", "why", id="a string"),
        pytest.param({"reason": 7}, '{"reason": 7}', id="no known member"),
        pytest.param({"error": [[[[{"msg": "x"}]]]]}, '{"error": [[[[{"msg": "x"}]]]]}', id="deep"),
        pytest.param({}, "", id="an empty object"),
        pytest.param(None, "", id="null"),
        pytest.param(b"no such host", "no such host", id="plain text"),
        pytest.param(b"two\r\nlines \x1b[31m", "two lines [31m", id="control characters"),
        pytest.param(b" <!DOCTYPE html><p>no", "", id="HTML"),
        pytest.param(b"", "", id="nothing"),
        pytest.param({"detail": "t0k3n is unknown"}, "[redacted] is unknown", id="the token"),
        pytest.param(b"x" * 9_000, "x" * 300, id="long"),
    ],
)
def test_server_text(body: Any, text: str) -> None:
    """The member that explains most is quoted, else the body, but for a page of HTML."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    quoted = server_text(call_after(), Response(status_code=404, content=content))

    assert quoted == (f": {text}" if text else "")


def test_server_text_that_is_not_decompressed() -> None:
    """The reason stands in place of the body."""
    response = UndecodableResponse(status_code=404, reason="coding 'br'")

    assert server_text(call_after(), response) == ": coding 'br'"


@pytest.mark.parametrize(
    ("attempts", "request_id", "text"),
    [
        pytest.param(1, None, "", id="nothing"),
        pytest.param(3, None, " (3 attempts)", id="attempts"),
        pytest.param(1, "r-1", " (request id r-1)", id="request id"),
        pytest.param(2, "r-1", " (2 attempts, request id r-1)", id="both"),
        pytest.param(
            1, "t0k3n\x9b", " (request id [redacted])", id="the token, a control character"
        ),
    ],
)
def test_facts(attempts: int, request_id: str | None, text: str) -> None:
    """One attempt is not mentioned."""
    assert facts(call_after(attempts), request_id) == text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(b"404 Not Found", "HTTP 404 from {origin}: no (request id r-1)", id="final"),
        pytest.param(
            b"503 Busy", "HTTP 503 from {origin}: no (3 attempts, request id r-1)", id="retried"
        ),
        pytest.param(b"200 OK", "is missing (request id r-1)", id="not as described"),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_text_on_the_wire(concurrency: Concurrency, wire: Wire, status: bytes, text: str) -> None:
    """An error states what was asked, where, what came, after how many attempts, and the id."""
    wire.api = http(b'{"detail": "no"}', status=status, headers=b"X-Request-Id: r-1\r\n")

    [error] = concurrency.session(**wire.settings).outcomes(times=1)

    assert isinstance(error, PersiumError)
    assert error.args[0].startswith("getMe: ")
    assert text.format(origin=wire.settings["api_base_url"]) in error.args[0]
