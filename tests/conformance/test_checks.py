"""Recorded evidence is compared with what a scenario expects."""

from __future__ import annotations

import pytest
from persium_conformance.checks import Evidence, violations
from persium_conformance.endpoints import Exchange
from persium_conformance.scenario import Count, Expectation

from .conftest import FORM, exchange, request_of, token_of

GOOD = "grant_type=client_credentials&client_id=a&client_secret=b"
ONCE = Count(least=1, most=1)
SECRET, TOKEN = "S3cretS3cretS3cret", "T0kenT0kenT0kenT0ken"


def judged(expect: Expectation, *exchanges: Exchange, message: str | None = None) -> str:
    """Return the violations, as one text."""
    evidence = Evidence(
        exchanges=exchanges,
        tokens=[token_of(1, TOKEN)],
        secret_marker=SECRET,
        message=message,
        locations={
            "standard error": f"debug: {TOKEN}".encode(),
            "standard output": b"",
            "a command line": f"curl -d {SECRET}".encode(),
            "the file .cache": TOKEN.encode().hex().encode(),
        },
    )
    return "; ".join(violations(expect, evidence))


TWICE = (exchange("token", 1, at=0, took=2, token=1), exchange("token", 2, at=1, took=1, token=2))
USED = tuple(exchange("api", n, token=t) for n, t in enumerate((1, 1, None), 1))


def throttled(pause: float, status: int = 503) -> tuple[Exchange, ...]:
    """Return an error *status* of the API, and the next request *pause* seconds later."""
    first = exchange("api", 1, at=0, took=1, status=status)
    return first, exchange("api", 2, at=1 + pause)


def asked(body: str, **headers: str) -> Exchange:
    """Return a token request."""
    headers.setdefault("content_type", FORM)
    return exchange("token", request=request_of(body, **headers))


@pytest.mark.parametrize(
    ("expect", "exchanges", "words"),
    [
        pytest.param(Expectation(token_requests=ONCE), TWICE[:1], "", id="as many as expected"),
        pytest.param(
            Expectation(token_requests=ONCE),
            TWICE,
            "expected 1 request(s) to the token endpoint, saw 2",
            id="too many",
        ),
        pytest.param(
            Expectation(api_requests=Count(least=2)),
            TWICE,
            "expected at least 2 request(s) to the API, saw 0",
            id="too few",
        ),
        pytest.param(
            Expectation(token_requests_at_once=1),
            TWICE,
            "expected at most 1 token request(s) in flight at a time, saw 2",
            id="in parallel",
        ),
        pytest.param(
            Expectation(token_requests_at_once=1),
            (TWICE[0], exchange("token", 2, at=2.5)),
            "",
            id="one after the other",
        ),
        pytest.param(
            Expectation(tokens_used=(1, 2)),
            USED,
            "expected calls of the API with token number 1, 2, in this order; saw 1, 1, unknown",
            id="unexpected tokens",
        ),
        pytest.param(Expectation(tokens_used=(1, 1)), USED[:2], "", id="expected tokens"),
        pytest.param(
            Expectation(waits={"api": 2}),
            throttled(0.5),
            "expected no request to api in the 2 s after its 503, saw one after 0.50 s",
            id="too soon",
        ),
        pytest.param(Expectation(waits={"api": 2}), throttled(1.95), "", id="within the tolerance"),
        pytest.param(Expectation(waits={"api": 2}), throttled(0.5, 200), "", id="not throttled"),
        pytest.param(
            Expectation(target={"api": "/v1/me"}),
            USED[:1],
            "expected a request for /v1/me, saw one for /me",
            id="wrong target",
        ),
        pytest.param(Expectation(target={"api": "/me"}), USED[:1], "", id="expected target"),
    ],
)
def test_counts_times_and_targets(
    expect: Expectation, exchanges: tuple[Exchange, ...], words: str
) -> None:
    """A violation describes the expected and the observed behaviour."""
    assert judged(expect, *exchanges) == words


@pytest.mark.parametrize(
    ("name", "request_", "words"),
    [
        pytest.param("form", asked(GOOD), "", id="a form"),
        pytest.param("form", asked(GOOD, content_type=FORM + "; charset=utf-8"), "", id="charset"),
        pytest.param(
            "form", asked("{}", content_type="application/json"), "saw content", id="json"
        ),
        pytest.param(
            "form",
            exchange("token", request=request_of(GOOD, method="PUT", content_type=FORM)),
            "expected POST, saw PUT",
            id="PUT",
        ),
        pytest.param("grant", asked(GOOD), "", id="the grant"),
        pytest.param("grant", asked(GOOD + "&grant_type=x"), "client_credentials once", id="twice"),
        pytest.param("credentials", asked(GOOD), "", id="in the form"),
        pytest.param("credentials", asked("grant_type=x"), "once each in the form", id="elsewhere"),
        pytest.param("one method", asked(GOOD), "", id="one method"),
        pytest.param(
            "one method",
            asked(GOOD, authorization="Basic YTpi"),
            "saw the form and HTTP Basic",
            id="two methods",
        ),
        pytest.param("one method", asked("client_assertion=a.b.c"), "", id="a client assertion"),
        pytest.param("one method", asked("client_id=a"), "saw none", id="no method"),
    ],
)
def test_format_of_token_requests(name: str, request_: Exchange, words: str) -> None:
    """Grant, content type and client authentication are checked separately."""
    found = judged(Expectation(request=(name,)), request_)

    assert bool(found) == bool(words)
    assert words in found


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        pytest.param("output", "saw token 1 in standard error", id="standard error"),
        pytest.param("arguments", "saw the secret in a command line", id="a command line"),
        pytest.param("files", "saw token 1 in the file .cache", id="a file, in hex"),
        pytest.param("url", "saw token 1 in the URL of api request 1", id="a URL"),
        pytest.param("elsewhere", "saw token 1 in elsewhere request 1, of another", id="elsewhere"),
        pytest.param("elsewhere", "saw the secret in api request 2, of the API", id="the API"),
    ],
)
def test_leaks_are_found_in_the_named_locations(hidden: str, words: str) -> None:
    """Only the locations that a scenario names are searched for the secret and tokens."""
    exchanges = (
        exchange("api", 1, request=request_of(target=f"/me?access_token={TOKEN}")),
        exchange("api", 2, request=request_of(target="/me", x_client=SECRET)),
        exchange("elsewhere", 1, request=request_of(target="/me", authorization=f"Bearer {TOKEN}")),
        asked(f"client_secret={SECRET}"),
    )

    found = judged(Expectation(hidden=(hidden,)), *exchanges)

    assert words in found
    assert found.count("saw") == (2 if hidden == "elsewhere" else 1)


def test_error_text_is_checked() -> None:
    """A missing word is reported together with the error's text."""
    expect = Expectation(message=("refusal-1", "refusal-2"))

    assert judged(expect, message="refusal-1, refusal-2") == ""
    assert judged(expect, message="refusal-2") == (
        'expected "refusal-1" in the error\'s text, saw "refusal-2"'
    )


@pytest.mark.parametrize(
    ("count", "words"),
    [
        pytest.param(Count(least=2, most=2), "2", id="exactly"),
        pytest.param(Count(least=1), "at least 1", id="at least"),
        pytest.param(Count(most=3), "at most 3", id="at most"),
        pytest.param(Count(least=1, most=3), "1 to 3", id="between"),
    ],
)
def test_counts_as_text(count: Count, words: str) -> None:
    """An accepted number of requests is described in words."""
    assert str(count) == words
