"""What an answer of the token endpoint means."""

from __future__ import annotations

import json
import math
from typing import Any
from urllib.parse import parse_qs

import pytest

from persium_ext._http.messages import Headers, Response, TransportError, UndecodableResponse
from persium_ext._retry.policy import Attempt
from persium_ext._runtime.clock import Instant
from persium_ext._text.secret import Secret
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.endpoint import read_response, token_request
from persium_ext._tokens.token_failure import TokenFailure
from persium_ext.errors import (
    TROUBLESHOOTING,
    TokenEndpointUnavailable,
    TokenRefused,
    TokenResponseInvalid,
)

URL = "https://auth.example/token"
SECRET = Secret("p@ss wörd&=+%")
WRONG_ADDRESS = "TOKEN_URL seems wrong: use it exactly as Persium gave it"
WHITE_SPACE = "CLIENT_SECRET begins or ends with white space: remove it"
CHECK_ID = "CLIENT_ID is unknown or disabled: check it, letter by letter"
MALFORMED = "access_token is missing or malformed"
NOT_BEARER = "token_type is not Bearer"
NO_LIFE = "expires_in is missing or not a number"
TOO_LONG = "access_token has 65537 characters, more than 65536"
NO_SERVICE_ACCOUNT = (
    "this client may not use client credentials: ask Persium to switch its service account on"
)
NO_HTTPS = (
    "TOKEN_URL has to begin with https://; if it does, a proxy before the endpoint does not "
    "report that the request came over https (X-Forwarded-Proto)"
)
GOOD = {"access_token": "abc.def-ghi", "expires_in": 300, "token_type": "Bearer"}


def answer(status: int, body: object, **headers: str) -> AccessToken | TokenFailure:
    """Read an answer that was sent at second 0 and received at second 1."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = Response(status_code=status, headers=Headers(headers.items()), content=content)
    return read_response(
        response,
        url=URL,
        secret=SECRET,
        sent=Instant(wall=1000.0, steady=0.0),
        received=Instant(wall=1001.0, steady=1.0),
        attempts=2,
    )


def test_request_is_a_form_with_the_credentials_in_its_body() -> None:
    """An awkward secret survives the form encoding, and is in no other part of the request."""
    request = token_request(
        token_url="https://auth.example/token", client_id="a+b c", client_secret=SECRET, scope="x y"
    )

    assert parse_qs(request.options["content"].decode(), strict_parsing=True) == {
        "grant_type": ["client_credentials"],
        "client_id": ["a+b c"],
        "client_secret": [SECRET.reveal()],
        "scope": ["x y"],
    }
    assert (request.method, request.url) == ("POST", "https://auth.example/token")
    assert request.headers == {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    assert (request.confidential, request.max_size) == (True, 1_048_576)
    assert SECRET.reveal() not in request.url + str(request.headers) + repr(request)


def test_request_without_scope_has_none() -> None:
    """A scope that is not asked for is not sent empty either."""
    request = token_request(
        token_url="https://auth.example/token", client_id="a", client_secret=SECRET, scope=None
    )

    assert b"scope" not in request.options["content"]


def test_keycloaks_success() -> None:
    """Unknown members are passed over; the life counts from when the request was sent."""
    token = answer(
        200,
        {**GOOD, "scope": "email profile", "refresh_expires_in": 0, "not-before-policy": 0},
    )

    assert isinstance(token, AccessToken)
    assert token.reveal() == "abc.def-ghi"
    assert (token.expires_in, token.scope, token.token_type) == (300, "email profile", "Bearer")
    assert token.remaining(Instant(wall=1001.0, steady=1.0)) == 299
    assert token.received == Instant(wall=1001.0, steady=1.0)


@pytest.mark.parametrize("scope", [None, 5, ["email"]])
def test_a_scope_that_is_no_text_is_none(scope: Any) -> None:
    """It is for people to read; nothing depends on it."""
    token = answer(200, {**GOOD, "scope": scope})

    assert isinstance(token, AccessToken)
    assert token.scope is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"token_type": "bearer"}, id="lower-case bearer"),
        pytest.param({"expires_in": 300.0}, id="a float"),
        pytest.param({"expires_in": 0}, id="no life at all"),
        pytest.param({"expires_in": -5}, id="a negative life"),
        pytest.param({"expires_in": 10**400}, id="a huge life"),
        pytest.param({"access_token": "!~"}, id="the first and the last letter of ASCII"),
        pytest.param({"access_token": "x" * 65_536}, id="64 KiB"),
    ],
)
def test_unusual_successes_are_accepted(change: Any) -> None:
    """What is odd, but says all that is needed, is a token."""
    assert isinstance(answer(200, {**GOOD, **change}), AccessToken)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param({**GOOD, "access_token": None}, MALFORMED, id="no token"),
        pytest.param(
            {**GOOD, "access_token": ""},
            "access_token is missing or malformed",
            id="an empty token",
        ),
        pytest.param(
            {**GOOD, "access_token": "a\r\nX: y"},
            "access_token is missing or malformed",
            id="CR and LF",
        ),
        pytest.param({**GOOD, "access_token": "a b"}, MALFORMED, id="a space"),
        pytest.param(
            {**GOOD, "access_token": "tökén"},
            "access_token is missing or malformed",
            id="not ASCII",
        ),
        pytest.param({**GOOD, "access_token": "x" * 65_537}, TOO_LONG, id="more than 64 KiB"),
        pytest.param({**GOOD, "token_type": "mac"}, NOT_BEARER, id="another type"),
        pytest.param({**GOOD, "token_type": None}, NOT_BEARER, id="no type"),
        pytest.param({**GOOD, "expires_in": None}, NO_LIFE, id="no life said"),
        pytest.param({**GOOD, "expires_in": "300"}, NO_LIFE, id="a string"),
        pytest.param({**GOOD, "expires_in": True}, NO_LIFE, id="a boolean"),
    ],
)
def test_successes_that_lack_something_are_final(body: Any, words: Any) -> None:
    """A member that is missing or of the wrong type is named, and nobody tries again."""
    failure = answer(200, body)

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenResponseInvalid)
    where = "(POST https://auth.example/token, 2 attempts)"
    assert failure.error.args[0].endswith(f"without a usable token: {words} {where}")
    assert (failure.error.status, failure.error.attempts) == (200, 2)
    assert (failure.retriable, failure.status, failure.retry_after) == (False, 200, None)
    hint = "ask Persium for fewer claims in the token" if words == TOO_LONG else WRONG_ADDRESS
    assert failure.error.hint == hint


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>please log in</html>", id="HTML"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"access_token": ', id="half of it"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b'{"expires_in": NaN}', id="NaN"),
        pytest.param(b"\xff\xfe{}", id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="nested without end"),
    ],
)
def test_what_is_no_json_object_is_tried_again(body: Any) -> None:
    """A proxy's page instead of JSON may be gone a moment later."""
    failure = answer(200, body)

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenResponseInvalid)
    assert "without a usable token: the body is not a JSON object" in str(failure.error)
    assert (failure.retriable, failure.error.attempts) == (True, 2)
    assert str(failure.attempt(2).reason).startswith("the body is not a JSON object")


def test_title_of_a_page_is_named() -> None:
    """The title of a page says whose it is."""
    failure = answer(200, b"<!DOCTYPE html><title>Sign in</title>")

    assert isinstance(failure, TokenFailure)
    assert "not a JSON object: a page of HTML (Sign in) (POST https" in str(failure.error)


def test_a_token_that_died_on_its_way_is_asked_for_again() -> None:
    """It lived a second, and arrived after one: another may be quicker."""
    failure = answer(200, {**GOOD, "expires_in": 1})

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenResponseInvalid)
    said = "without a usable token: the token was valid for 1 s, and had expired when it arrived"
    assert said in failure.error.args[0]
    assert str(failure.error.hint).endswith("ask Persium for tokens that are valid for longer")
    assert (failure.error.status, failure.error.attempts) == (200, 2)
    assert failure.retriable is True


@pytest.mark.parametrize(
    ("status", "error", "description", "hint"),
    [
        pytest.param(
            401,
            "unauthorized_client",
            "Invalid client or Invalid client credentials",
            "CLIENT_SECRET is wrong or was rotated: take the current one",
            id="wrong secret",
        ),
        pytest.param(
            401,
            "invalid_client",
            "Invalid client or Invalid client credentials",
            CHECK_ID,
            id="unknown client",
        ),
        pytest.param(
            401,
            "unauthorized_client",
            "Client not enabled to retrieve service account",
            NO_SERVICE_ACCOUNT,
            id="no service account",
        ),
        pytest.param(
            400,
            "invalid_scope",
            "Invalid scopes: x",
            "this client may not ask for that scope: leave the scope out",
            id="unknown scope",
        ),
        pytest.param(
            400,
            "invalid_request",
            "Missing form parameter",
            "TOKEN_URL may not be the token endpoint: use it exactly as given",
            id="no form",
        ),
        pytest.param(
            400,
            "invalid_client",
            "Parameter client_assertion_type is missing",
            "this client may not use a secret: ask Persium to switch its authentication to one",
            id="another authentication",
        ),
        pytest.param(403, "invalid_request", "HTTPS required", NO_HTTPS, id="no TLS"),
        pytest.param(404, "Realm does not exist", None, WRONG_ADDRESS, id="wrong realm"),
        pytest.param(405, "HTTP 405 Method Not Allowed", None, WRONG_ADDRESS, id="wrong method"),
        pytest.param(406, "The accept header", None, WRONG_ADDRESS, id="a page, not the endpoint"),
        pytest.param(415, "Unsupported", None, WRONG_ADDRESS, id="a form is not understood"),
        pytest.param(499, "invalid_client", None, CHECK_ID, id="the last status of failures"),
        pytest.param(400, "temporarily_unavailable", None, None, id="a 400, temporary or not"),
        pytest.param(401, "server_error", None, None, id="a 401, whoever's fault"),
    ],
)
def test_oauth_errors_are_final_and_say_the_likely_cause(
    status: int, error: Any, description: Any, hint: Any
) -> None:
    """Each failure that Keycloak knows leads to the setting that is wrong."""
    body = {"error": error, **({"error_description": description} if description else {})}

    failure = answer(status, body)

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenRefused)
    assert (failure.retriable, failure.status) == (False, status)
    assert (failure.error.status, failure.error.error) == (status, error)
    assert failure.error.error_description == description
    assert (failure.error.hint, failure.error.attempts) == (hint, 2)


@pytest.mark.parametrize(
    ("code", "secret", "hint"),
    [
        ("unauthorized_client", " s", WHITE_SPACE),
        ("unauthorized_client", "s ", WHITE_SPACE),
        (
            "unauthorized_client",
            "s s",
            "CLIENT_SECRET is wrong or was rotated: take the current one",
        ),
        ("invalid_client", "s ", CHECK_ID),
    ],
)
def test_white_space_around_a_refused_secret_is_named(
    monkeypatch: pytest.MonkeyPatch, code: str, secret: str, hint: str
) -> None:
    """A secret may have white space around it, but if it is refused that is the likely cause."""
    monkeypatch.setattr(f"{__name__}.SECRET", Secret(secret))

    failure = answer(401, {"error": code})

    assert isinstance(failure, TokenFailure)
    assert failure.error.hint == hint


def test_an_unknown_error_code_has_no_hint() -> None:
    """New codes are reported as they are."""
    failure = answer(400, {"error": "new_code", "error_description": 5})

    assert isinstance(failure, TokenFailure)
    assert failure.error.hint is None
    assert "new_code, HTTP 400" in str(failure.error)


@pytest.mark.parametrize(
    ("status", "body", "throttled"),
    [
        pytest.param(408, b"", False, id="408"),
        pytest.param(429, b"slow down", True, id="429"),
        pytest.param(500, {"error": "unknown_error"}, False, id="500 with JSON"),
        pytest.param(502, b"<html>", False, id="502 from a proxy"),
        pytest.param(503, b"", False, id="503"),
        pytest.param(403, {"error": "temporarily_unavailable"}, False, id="says it is temporary"),
        pytest.param(403, {"error": "server_error"}, False, id="says it is the server"),
    ],
)
def test_outages_are_tried_again(status: int, body: Any, throttled: Any) -> None:
    """Overload and failures of the server pass; ``Retry-After`` is handed on."""
    failure = answer(status, body, **{"Retry-After": "17"})

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenEndpointUnavailable)
    assert (failure.error.status, failure.error.retry_after) == (status, 17)
    assert f"token endpoint unavailable: HTTP {status}" in str(failure.error)
    assert failure.error.attempts == 2
    attempt = failure.attempt(2)
    assert attempt == Attempt(2, "POST", status=status, retry_after=17, retriable=True)
    assert attempt.throttled is throttled


FROM = "from POST https://auth.example/token, 2 attempts"
MANY = (
    "too many token requests: a process needs one every few minutes, so look for programs that "
    "start for each piece of work, and for share_token=False"
)
PAGE = (
    "a login page, a proxy or a gateway responded, with text/html: check TOKEN_URL and HTTPS_PROXY"
)


@pytest.mark.parametrize(
    ("status", "body", "headers", "text", "hint"),
    [
        pytest.param(
            429,
            b"slow down",
            {"Retry-After": "17"},
            f"429 Too Many Requests {FROM}: slow down",
            f"wait 17 s: {MANY}",
            id="throttled",
        ),
        pytest.param(
            429,
            b"",
            {},
            f"429 Too Many Requests {FROM}",
            f"wait: {MANY}",
            id="nobody knows for how long",
        ),
        pytest.param(
            503,
            {"error_description": "busy"},
            {"Retry-After": "2", "X-Request-Id": f"r-{SECRET.reveal()}"},
            f"503 Service Unavailable {FROM}, request id r-[redacted]: busy",
            "the token endpoint failed: wait 2 s",
            id="overloaded",
        ),
        pytest.param(
            500,
            b"",
            {},
            f"500 Internal Server Error {FROM}",
            "the token endpoint failed: wait",
            id="no words",
        ),
        pytest.param(
            502, b"<html><title>Gone</title>", {}, f"502 Bad Gateway {FROM}: Gone", PAGE, id="page"
        ),
    ],
)
def test_text_of_an_outage(
    status: int, body: object, headers: dict[str, str], text: str, hint: str
) -> None:
    """It says what came, from where, in the words of the server, and what to do."""
    failure = answer(status, body, **headers)

    assert isinstance(failure, TokenFailure)
    assert failure.error.args == (f"token endpoint unavailable: HTTP {text}",)
    assert failure.error.hint == hint


@pytest.mark.parametrize(
    ("body", "said", "known", "hint"),
    [
        pytest.param(b"", "", "", WRONG_ADDRESS, id="nothing"),
        pytest.param(b"no such page", ": no such page", "", WRONG_ADDRESS, id="words"),
        pytest.param(b"<html><title>Hi</title>", ": Hi", ", request id r-2", PAGE, id="page"),
    ],
)
def test_text_of_what_is_no_oauth_error(body: bytes, said: str, known: str, hint: str) -> None:
    """It says what came, from where, in the words of the server, and what to do."""
    failure = answer(404, body, **({"X-Request-Id": "r-2"} if known else {}))

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenResponseInvalid)
    where = f"POST {URL}, 2 attempts{known}"
    text = f"without a usable token: the body is not an OAuth error{said} ({where})"
    assert failure.error.args == (f"token endpoint answered HTTP 404 Not Found {text}",)
    assert (failure.error.status, failure.error.hint) == (404, hint)


@pytest.mark.parametrize(
    ("status", "retriable"),
    [(400, False), (401, False), (403, True), (404, True), (204, True), (299, True)],
)
@pytest.mark.parametrize("body", [b"no", {"request": "no"}, {"error": 5}])
def test_pages_that_are_no_oauth_error(status: int, retriable: Any, body: Any) -> None:
    """A page where an OAuth error was due may be a proxy's; after 400 and 401 nobody retries."""
    failure = answer(status, body)

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenResponseInvalid)
    assert "without a usable token: the body is not an OAuth error" in str(failure.error)
    assert (failure.error.hint, failure.error.attempts) == (WRONG_ADDRESS, 2)
    assert failure.retriable is retriable


@pytest.mark.parametrize(
    ("status", "kind", "retriable"),
    [
        pytest.param(200, TokenResponseInvalid, True, id="200"),
        pytest.param(400, TokenResponseInvalid, False, id="400"),
        pytest.param(401, TokenResponseInvalid, False, id="401"),
        pytest.param(503, TokenEndpointUnavailable, True, id="503"),
    ],
)
def test_bodies_that_are_not_decompressed(status: int, kind: Any, retriable: Any) -> None:
    """The status decides; a coding that nobody asked for does not make the URL wrong."""
    coded = UndecodableResponse(status_code=status, reason=f"coding {SECRET.reveal()!r}")
    moment = Instant(wall=1000.0, steady=0.0)

    failure = read_response(coded, url=URL, secret=SECRET, sent=moment, received=moment, attempts=1)

    assert isinstance(failure, TokenFailure)
    assert type(failure.error) is kind
    assert failure.error.attempts == 1
    assert "TOKEN_URL" not in str(failure.error.hint)
    assert "coding" in failure.error.args[0] or status == 200
    assert failure.retriable is retriable
    assert SECRET.reveal() not in str(failure.error)


@pytest.mark.parametrize("status", [300, 307, 399])
@pytest.mark.parametrize("body", [b"", {"error": "moved"}])
def test_a_redirect_is_not_followed_and_not_retried(status: int, body: Any) -> None:
    """The secret goes to TOKEN_URL and nowhere else."""
    where = f"https://evil.example/{SECRET.reveal()}?state=x"
    failure = answer(status, body, Location=where)

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenResponseInvalid)
    place = "https://evil.example/[redacted]"
    said = f"token: a redirect to {place}, which is not followed with credentials"
    assert said in failure.error.args[0]
    assert (failure.error.hint, failure.error.attempts) == (WRONG_ADDRESS, 2)
    assert not failure.retriable


def test_a_date_to_come_back_at_is_compared_with_the_clock() -> None:
    """``Retry-After`` may be a date; the answer came a second after the request."""
    failure = answer(503, b"", **{"Retry-After": "Thu, 01 Jan 1970 00:17:11 GMT"})

    assert isinstance(failure, TokenFailure)
    assert failure.retry_after == 30


DOWN = TokenFailure(error=TokenEndpointUnavailable("down"), route="a proxy")
ALL = TokenFailure(error=TokenEndpointUnavailable("down"))


@pytest.mark.parametrize(
    ("failure", "route", "patience", "concerned"),
    [
        pytest.param(DOWN, "a proxy", 10, True, id="same route"),
        pytest.param(DOWN, "direct", 10, False, id="another route"),
        pytest.param(ALL, "direct", math.inf, True, id="the endpoint responded"),
        pytest.param(DOWN._replace(patience=2), "a proxy", 2.5, True, id="about as patient"),
        pytest.param(DOWN._replace(patience=2), "a proxy", 2.6, False, id="more patient"),
        pytest.param(DOWN._replace(patience=2), "a proxy", 0.1, True, id="less patient"),
        pytest.param(DOWN._replace(patience=2), "direct", 0.1, False, id="another, less patient"),
    ],
)
def test_whom_a_failure_concerns(
    failure: TokenFailure, route: str, patience: float, *, concerned: bool
) -> None:
    """Callers who would fail in the same way: on the same route, and not much more patient."""
    assert failure.concerns(route, patience) is concerned


@pytest.mark.parametrize("timed_out", [True, False])
def test_a_timeout_is_told_from_other_failures(*, timed_out: bool) -> None:
    """It concerns callers with as little time only, any other failure concerns all on its route."""
    moment = Instant(wall=0, steady=0)
    late = TransportError(reason="no data", timed_out=timed_out)

    failure = read_response(late, url=URL, secret=SECRET, sent=moment, received=moment, attempts=1)

    assert isinstance(failure, TokenFailure)
    assert failure.timed_out is timed_out
    assert ALL.timed_out is False


@pytest.mark.parametrize("local", [True, False])
def test_text_and_owner_of_a_failure_without_a_response(*, local: bool) -> None:
    """A long reason is cut, one attempt is not counted, and whose failure it is is handed on."""
    moment = Instant(wall=0, steady=0)
    lost = TransportError(reason="x" * 9999, local=local)

    failure = read_response(lost, url=URL, secret=SECRET, sent=moment, received=moment, attempts=1)

    assert isinstance(failure, TokenFailure)
    assert failure.error.args == (f"token endpoint unavailable: {'x' * 600}",)
    assert failure.local is local
    assert ALL.local is False


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize(("too_long", "hint"), [(False, "plug TOKEN_URL"), (True, WRONG_ADDRESS)])
def test_no_answer_at_all(final: Any, too_long: Any, hint: Any) -> None:
    """Without an answer the endpoint is unavailable; some failures no retry can mend."""
    failure = read_response(
        TransportError(reason="refused", final=final, too_long=too_long, hint="plug {setting}"),
        url=URL,
        secret=SECRET,
        sent=Instant(wall=0, steady=0),
        received=Instant(wall=0, steady=0),
        attempts=3,
    )

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenEndpointUnavailable)
    assert failure.error.status is None
    assert failure.error.args == ("token endpoint unavailable: refused (3 attempts)",)
    assert failure.error.url == URL
    assert (failure.error.hint, failure.error.attempts) == (hint, 3)
    assert failure.attempt(3) == Attempt(3, "POST", reason="refused", retriable=not final)


@pytest.mark.parametrize(
    ("topic", "section"), [(None, "token-endpoint-unavailable"), ("unknown-host", "unknown-host")]
)
def test_section_without_a_response(topic: str | None, section: str) -> None:
    """The error leads to the section of its cause, if there is one."""
    moment = Instant(wall=0, steady=0)
    lost = TransportError(reason="lost", topic=topic)

    failure = read_response(lost, url=URL, secret=SECRET, sent=moment, received=moment, attempts=1)

    assert isinstance(failure, TokenFailure)
    assert failure.error.docs_url == f"{TROUBLESHOOTING}#{section}"


def test_a_server_that_quotes_the_secret_is_masked() -> None:
    """Words of the server are one short line without the secret."""
    words = f"bad secret {SECRET.reveal()}\x1b[31m\n" + "x" * 1000
    code = f"no_{SECRET.reveal()}\n~"

    failure = answer(401, {"error": code, "error_description": words})

    assert isinstance(failure, TokenFailure)
    assert isinstance(failure.error, TokenRefused)
    said = failure.error.error_description or ""
    assert said.startswith("bad secret [redacted] [31m ")
    assert len(said) == 300
    assert failure.error.error == "no_[redacted] ~"
    assert SECRET.reveal() not in str(failure.error)
