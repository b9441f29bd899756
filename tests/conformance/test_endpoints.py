"""The judge's token endpoint is as strict as the real one, and no stricter."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from persium_conformance.endpoints import Prepared, api_reply, refusal, token_reply
from persium_conformance.origin import Request
from persium_conformance.scenario import Answer

from .conftest import FORM, request_of

GRANT = "grant_type=client_credentials"
FIELDS = f"{GRANT}&client_id=me&client_secret=a%2Bb"
PREPARED = Prepared(label="Acme", secret='s"1', token="t-1")


def basic(pair: str) -> str:
    """The value of Authorization."""
    return f"Basic {b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        pytest.param(request_of(FIELDS, content_type=FORM), None, id="as it should be"),
        pytest.param(
            request_of(GRANT, content_type=FORM, authorization=basic("me:a%2Bb")),
            None,
            id="Basic, form-encoded (RFC 6749)",
        ),
        pytest.param(
            request_of(GRANT, content_type=FORM, authorization=basic("me:a+b")),
            None,
            id="Basic as it is (RFC 7617)",
        ),
        pytest.param(
            request_of(FIELDS.replace("%2B", "+"), content_type=FORM),
            "unauthorized_client",
            id="a + that is not encoded is a blank",
        ),
        pytest.param(
            request_of(FIELDS.replace("=me", "=you"), content_type=FORM),
            "invalid_client",
            id="unknown client",
        ),
        pytest.param(
            request_of(GRANT, content_type=FORM, authorization="Basic a"),
            "invalid_client",
            id="Basic that is none",
        ),
        pytest.param(request_of(FIELDS), "invalid_request", id="no content type"),
        pytest.param(
            request_of(FIELDS, content_type=FORM, target="/u"), "invalid_request", id="elsewhere"
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
def test_token_requests_are_judged_like_keycloaks(request_: Request, reason: str | None) -> None:
    """Both ways of RFC 6749 to authenticate are taken, nothing else is."""
    assert refusal(request_, "/t", "me", "a+b") == reason


@pytest.mark.parametrize(
    ("reason", "status"),
    [("unauthorized_client", 401), ("invalid_client", 401), ("invalid_request", 400)],
)
def test_refusals_have_their_status(reason: str, status: int) -> None:
    """A wrong request gets the OAuth error that Keycloak gives."""
    reply = token_reply(Answer(), PREPARED.with_token(None, refused=reason))

    assert (reply.status, json.loads(reply.body)["error"]) == (status, reason)


def test_members_are_put_over() -> None:
    """A scenario adds members, takes them out, and quotes secret and token."""
    members = {"scope": None, "token_type": "bearer", "echo": "<<secret>> <<token>>"}
    reply = token_reply(Answer(members=members, expires_in=31), PREPARED)

    assert json.loads(reply.body) == {
        "access_token": "t-1",
        "expires_in": 31,
        "token_type": "bearer",
        "echo": 's"1 t-1',
    }


def test_half_an_answer_has_the_token_and_is_no_json() -> None:
    """An answer that is cut off ends after the token."""
    reply = token_reply(Answer(body="broken"), PREPARED)

    assert b"t-1" in reply.body
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(reply.body)


def test_each_refusal_of_the_api_has_its_own_challenge() -> None:
    """Challenges can be told apart, and taken out."""
    refused = PREPARED.with_token("t-1", refused="revoked")

    reply = api_reply(Answer(), refused, number=7)
    silent = api_reply(Answer(headers={"WWW-Authenticate": ""}), refused, number=8)

    assert reply.status == silent.status == 401
    assert "refusal-7" in reply.headers["WWW-Authenticate"]
    assert "WWW-Authenticate" not in silent.headers


def test_a_status_is_answered_whatever_was_asked() -> None:
    """A scenario's own status wins over the judge's opinion of a request."""
    refused = PREPARED.with_token(None, refused="invalid_client")

    reply = token_reply(Answer(status=503, body="html"), refused)

    assert (reply.status, reply.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
