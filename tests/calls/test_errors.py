"""What to do about the error of a call."""

from __future__ import annotations

from typing import Any

import pytest
from persium_api.facade.errors import ApiStatusError
from persium_api.facade.identity import GET_ME

from persium_ext import TROUBLESHOOTING, DeadlineExceeded
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.errors import error_of
from persium_ext._http.messages import HeaderFields, Headers, Response, TransportError

from .test_error_text import TOKEN

HTML = {"Content-Type": "text/html"}
STREAM = Body({"content": iter(())})


def call_of(**facts: Any) -> Call:
    """A call after one attempt; by default one that the document does not describe."""
    url = "https://api.example/me"
    given: dict[str, Any] = {"operation": "x", "url": url, "body": Body({}), "attempts": 1}
    call = Call(method="GET", headers=HeaderFields(), **{**given, **facts})
    call.token = TOKEN
    return call


@pytest.mark.parametrize(
    ("status", "headers", "facts", "words"),
    [
        pytest.param(400, {}, {}, None, id="400"),
        pytest.param(401, {}, {}, None, id="401 without a token"),
        pytest.param(401, {}, {"challenges": ["", ""]}, "same environment", id="401 twice"),
        pytest.param(403, {}, {}, "what CLIENT_ID is allowed to do", id="403"),
        pytest.param(403, HTML, {}, "a login page, a proxy", id="HTML"),
        pytest.param(404, {}, {}, "there is no such thing, or API_BASE_URL", id="404"),
        pytest.param(404, {}, {"described": GET_ME}, "API_BASE_URL may be wrong", id="404, fixed"),
        pytest.param(405, {}, {}, "API_BASE_URL may be wrong", id="405"),
        pytest.param(302, HTML, {}, "http in place of https", id="redirect"),
        pytest.param(429, {}, {}, "wait, and send fewer", id="429"),
        pytest.param(429, {"Retry-After": "7"}, {}, "wait 7 s", id="429 with a wait"),
        pytest.param(500, {}, {}, "the API failed", id="500"),
        pytest.param(503, {}, {"body": STREAM}, "use bytes or a seekable file", id="503, stream"),
        pytest.param(507, {}, {"body": STREAM}, "the API failed", id="507, stream"),
    ],
)
def test_hint_of_a_status(
    status: int, headers: dict[str, str], facts: dict[str, Any], words: str | None
) -> None:
    """The hint names the likely cause, and what to change."""
    response = Response(status_code=status, headers=Headers(headers.items()))

    error = error_of(call_of(**facts), response, deadline=60, wall=0.0)

    assert isinstance(error, ApiStatusError)
    assert (error.hint is None) is (words is None)
    assert (words or "") in str(error.hint)


@pytest.mark.parametrize(
    ("failure", "facts", "words"),
    [
        pytest.param({"hint": "check {setting}"}, {}, "check API_BASE_URL", id="known"),
        pytest.param({}, {}, "None", id="unknown"),
        pytest.param({"hint": "x"}, {"body": STREAM}, "seekable file", id="stream"),
        pytest.param({"hint": "x", "final": True}, {"body": STREAM}, "x", id="stream, final"),
        pytest.param({"too_long": True}, {}, "max_response_size", id="too long"),
        pytest.param({"too_long": True}, {"sink": object()}, "max_size", id="too long a file"),
    ],
)
def test_hint_without_a_response(
    failure: dict[str, Any], facts: dict[str, Any], words: str
) -> None:
    """The hint of the cause names the setting of the API; a stream can't be sent again."""
    error = error_of(call_of(**facts), TransportError(reason="no", **failure), deadline=60, wall=0)

    assert words in str(error.hint)


@pytest.mark.parametrize(
    ("topic", "section"), [(None, "api-connection"), ("unknown-host", "unknown-host")]
)
def test_section_without_a_response(topic: str | None, section: str) -> None:
    """The error leads to the section of its cause, if there is one."""
    error = error_of(call_of(), TransportError(reason="no", topic=topic), deadline=60, wall=0)

    assert error.docs_url == f"{TROUBLESHOOTING}#{section}"


@pytest.mark.parametrize(
    ("facts", "text", "setting"),
    [
        pytest.param({}, "exceeded by GET https://api.example/me", "the API", id="API"),
        pytest.param({"token": None}, "exceeded before there was a token", "TOKEN_URL", id="token"),
    ],
)
def test_hint_of_a_deadline(facts: dict[str, Any], text: str, setting: str) -> None:
    """The error tells which of the two servers did not respond in time."""
    call = call_of(attempts=2)
    call.token = facts.get("token", TOKEN)

    error = error_of(call, None, deadline=1.5, wall=0.0)

    assert isinstance(error, DeadlineExceeded)
    assert error.args == (f"x: deadline of 1.5 s {text} (2 attempts)",)
    assert setting in str(error.hint)
