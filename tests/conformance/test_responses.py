"""The suite's token endpoint accepts and rejects the same requests as Keycloak."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace

import pytest
from persium_conformance.http_server import Request
from persium_conformance.responses import Decision, api_response, token_response
from persium_conformance.scenario import ResponseSpec
from persium_conformance.token_request import oauth_error

from .conftest import FORM, request_of

GRANT = "grant_type=client_credentials"
FIELDS = f"{GRANT}&client_id=me&client_secret=a%2Bb"
DECISION = Decision(label="Acme", secret='s"1', token="t-1")


def rejected(reason: str) -> Decision:
    """Return the decision to reject a request."""
    return replace(DECISION, rejection=reason)


def basic(pair: str) -> str:
    """Return a value of the header field Authorization."""
    return f"Basic {b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        pytest.param(request_of(FIELDS, content_type=FORM), None, id="valid form"),
        pytest.param(
            request_of(GRANT, content_type=FORM, authorization=basic("me:a%2Bb")),
            None,
            id="Basic, form-encoded (RFC 6749)",
        ),
        pytest.param(
            request_of(GRANT, content_type=FORM, authorization=basic("me:a+b")),
            None,
            id="Basic, not encoded (RFC 7617)",
        ),
        pytest.param(
            request_of(FIELDS.replace("%2B", "+"), content_type=FORM),
            "unauthorized_client",
            id="an unencoded + is a space",
        ),
        pytest.param(
            request_of(FIELDS.replace("=me", "=you"), content_type=FORM),
            "invalid_client",
            id="unknown client",
        ),
        pytest.param(
            request_of(GRANT, content_type=FORM, authorization="Basic a"),
            "invalid_client",
            id="invalid Basic",
        ),
        pytest.param(
            request_of(GRANT, content_type=FORM, authorization="Basic é"),
            "invalid_client",
            id="Basic that is not ASCII",
        ),
        pytest.param(request_of(FIELDS), "invalid_request", id="no content type"),
        pytest.param(
            request_of(FIELDS, content_type=FORM, target="/u"), "invalid_request", id="wrong target"
        ),
        pytest.param(
            request_of(FIELDS, content_type=FORM, method="GET"), "invalid_request", id="GET"
        ),
        pytest.param(
            Request(method="POST", target="/t", headers={"content-type": FORM}, body=b"a=\xff"),
            "invalid_request",
            id="not UTF-8",
        ),
    ],
)
def test_token_requests_are_checked_like_keycloak(request_: Request, reason: str | None) -> None:
    """Both client authentication methods of RFC 6749 are accepted, and nothing else."""
    assert oauth_error(request_, "/t", "me", "a+b") == reason


@pytest.mark.parametrize(
    ("reason", "status"),
    [("unauthorized_client", 401), ("invalid_client", 401), ("invalid_request", 400)],
)
def test_errors_have_their_status(reason: str, status: int) -> None:
    """An invalid request gets the OAuth error and the status of Keycloak."""
    response = token_response(ResponseSpec(), rejected(reason))

    assert (response.status, json.loads(response.body)["error"]) == (status, reason)


def test_members_are_overridden() -> None:
    """A scenario adds and removes members, and quotes secret and token."""
    members = {"scope": None, "token_type": "bearer", "echo": "<<secret>> <<token>>"}
    response = token_response(ResponseSpec(members=members, expires_in=31), DECISION)

    assert json.loads(response.body) == {
        "access_token": "t-1",
        "expires_in": 31,
        "token_type": "bearer",
        "echo": 's"1 t-1',
    }


def test_truncated_response_has_the_token() -> None:
    """A truncated response contains the token and is not valid JSON."""
    response = token_response(ResponseSpec(body="broken"), DECISION)

    assert b"t-1" in response.body
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(response.body)


def test_each_401_of_the_api_has_its_own_challenge() -> None:
    """Challenges differ, and a scenario can remove them."""
    decision = rejected("revoked")

    response = api_response(ResponseSpec(), decision, number=7)
    silent = api_response(ResponseSpec(headers={"WWW-Authenticate": ""}), decision, number=8)

    assert response.status == silent.status == 401
    assert "refusal-7" in response.headers["WWW-Authenticate"]
    assert "WWW-Authenticate" not in silent.headers


def test_status_of_the_scenario_takes_precedence() -> None:
    """The status of a scenario takes precedence over the error of an invalid request."""
    spec = ResponseSpec(status=503, body="html")

    response = token_response(spec, rejected("invalid_client"))

    assert (response.status, response.headers["Content-Type"]) == (503, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("placeholder", "date"),
    [
        ("<<date+7>>", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("<<rfc850+7>>", "Sunday, 06-Nov-94 08:49:37 GMT"),
        ("<<asctime+7>>", "Sun Nov  6 08:49:37 1994"),
        ("<<date-60>>", "Sun, 06 Nov 1994 08:48:30 GMT"),
    ],
)
def test_dates_of_a_scenario(monkeypatch: pytest.MonkeyPatch, placeholder: str, date: str) -> None:
    """A scenario can send a date in each of the forms of RFC 9110, section 5.6.7."""
    monkeypatch.setattr("time.time", lambda: 784_111_770.0)
    spec = ResponseSpec(status=503, headers={"Retry-After": placeholder})

    response = api_response(spec, DECISION, number=1)

    assert response.headers["Retry-After"] == date
