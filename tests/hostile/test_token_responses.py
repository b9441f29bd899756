"""Responses that a hostile token endpoint may send: most as values, a few on the wire."""

from __future__ import annotations

import pytest

from persium_ext import TokenEndpointUnavailable, TokenRefused, TokenResponseInvalid
from persium_ext._tokens.access_token import AccessToken
from tests.support.concurrency import Concurrency
from tests.support.wire import Answer, Wire, http, token_answer

from .values import failure_from, token_from

pytestmark = pytest.mark.usefixtures("no_jitter")

DEEP = b"[" * 100_000 + b"]" * 100_000
NOT_AN_OBJECT = "the body is not a JSON object"
MALFORMED = "access_token is missing or malformed"
NOT_A_NUMBER = "expires_in is missing or not a number"
TWICE = f"{NOT_AN_OBJECT}: a member is repeated"


def body(
    token: bytes = b'"t0k3n"',
    *,
    kind: bytes = b'"Bearer"',
    life: bytes = b"300",
    more: bytes = b"",
) -> bytes:
    """Make the body of a token response; its members need not be JSON."""
    return token_answer(token, kind=kind, life=life, more=more).partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("content", "words", "retriable"),
    [
        pytest.param(body(rb'"\u0000"'), MALFORMED, False, id="NUL"),
        pytest.param(body(rb'"\ud800"'), MALFORMED, False, id="half a character"),
        pytest.param(body(b'["t"]'), MALFORMED, False, id="a list"),
        *(
            pytest.param(body(kind=kind), "token_type is not Bearer", False, id=f"type {kind!r}")
            for kind in (b'["Bearer"]', rb'"Bearer\n"', b'"Bearer "', b"1")
        ),
        *(
            pytest.param(body(life=life), NOT_A_NUMBER, False, id=f"expires_in {life!r}")
            for life in (b"[300]", b"{}")
        ),
        *(
            pytest.param(body(life=life), NOT_AN_OBJECT, True, id=f"expires_in {life[:6]!r}")
            for life in (b"1e999", b"-1e999", b"NaN", b"9" * 10_000)
        ),
        pytest.param(body(more=b', "x": ' + DEEP), NOT_AN_OBJECT, True, id="deep"),
        pytest.param(body(more=b', "access_token": "other"'), TWICE, False, id="two tokens"),
        pytest.param(body(more=b', "expires_in": 9'), TWICE, False, id="two lifetimes"),
        pytest.param(body(b'"\xff"'), NOT_AN_OBJECT, True, id="not UTF-8"),
        pytest.param(body().decode().encode("utf-16"), NOT_AN_OBJECT, True, id="UTF-16"),
    ],
)
def test_no_token(content: bytes, words: str, retriable: bool) -> None:  # noqa: FBT001  # a column
    """The error says in few words what is wrong; only what may be temporary is retried."""
    refusal = failure_from(content)

    assert isinstance(refusal.error, TokenResponseInvalid)
    assert f"without a usable token: {words}" in refusal.error.args[0]
    assert len(refusal.error.args[0]) < 400
    assert refusal.retriable is retriable


@pytest.mark.parametrize("content", [DEEP, b'{"error": "a", "error": "b"}'])
def test_no_oauth_error(content: bytes) -> None:
    """A refusal whose body can't be read is an invalid response, and is final."""
    refusal = failure_from(content, status=401)

    assert "without a usable token: the body is not an OAuth error" in refusal.error.args[0]
    assert refusal.retriable is False


@pytest.mark.parametrize(
    ("content", "token"),
    [
        pytest.param(body(kind=b'"bEaReR"'), "t0k3n", id="type in any case"),
        pytest.param(body(life=b"9" * 4_000), "t0k3n", id="a very long lifetime"),
        pytest.param(body(life=b"1e308"), "t0k3n", id="the largest number"),
        pytest.param(body(more=rb', "scope": "\ud800\u001b[2J\n"'), "t0k3n", id="scope"),
        pytest.param(body(more=b', "x": {"x": 1, "y": [{}]}'), "t0k3n", id="more members"),
        pytest.param(b"\xef\xbb\xbf" + body(), "t0k3n", id="byte order mark"),
    ],
)
def test_odd_token(content: bytes, token: str) -> None:
    """A response that is odd, but unambiguous, has a token."""
    result = token_from(content)

    assert isinstance(result, AccessToken)
    assert result.reveal() == token


@pytest.mark.parametrize(
    "content",
    [
        rb'{"error": "\u001b[2J", "error_description": "\u202e\n\ud800\u0085x"}',
        b'{"error": "%b"}' % (b"x" * 100_000),
    ],
)
def test_description_is_harmless(content: bytes) -> None:
    """A server's words in an error neither act on a terminal nor fill a log."""
    error = failure_from(content, status=401).error

    assert isinstance(error, TokenRefused)
    assert str(error).replace("\n", "").isprintable()
    assert len(str(error).splitlines()) <= 3
    assert len(str(error)) < 700


def test_header_field_is_harmless() -> None:
    """A ``Retry-After`` of control characters counts as absent."""
    refusal = failure_from(DEEP, status=500, **{"Retry-After": "\x1b[2J"})

    assert str(refusal.error).replace("\n", "").isprintable()
    assert refusal.retry_after is None


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
@pytest.mark.parametrize(
    "response",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nbad \x1b[2J\xff\r\n\r\n", id="header field"),
        pytest.param(b"\x1b[2J\r\n\r\n", id="status line"),
        pytest.param(http(headers=b"X: %b\r\n" % (b"a" * 200_000)), id="200 KB"),
        pytest.param(http(headers=b"X: a\x00b\r\n"), id="NUL"),
    ],
)
def test_head_is_harmless(concurrency: Concurrency, wire: Wire, response: Answer) -> None:
    """A head that is not HTTP is a failure of the network, retried, in printable words."""
    wire.token = response

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    assert str(error).replace("\n", "").isprintable()
    assert len(str(error)) < 700
    assert len(wire.token_requests) == 3


def test_no_token_on_the_wire(concurrency: Concurrency, wire: Wire) -> None:
    """Without a usable token, the API is never called."""
    wire.token = token_answer(rb'"a\r\nX: y"')

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, TokenResponseInvalid)
    assert (len(wire.token_requests), wire.api_requests) == (1, [])


def test_odd_token_on_the_wire(concurrency: Concurrency, wire: Wire) -> None:
    """A long token, after a header field on two lines, is sent as it was received."""
    token = b"a" * 60_000
    wire.token = token_answer(b'"%b"' % token).replace(b"\r\n\r\n", b"\r\nX: a\r\n b\r\n\r\n", 1)

    concurrency.session().do()

    assert (len(wire.token_requests), len(wire.api_requests)) == (1, 1)
    assert b"\r\nAuthorization: Bearer %b\r\n" % token in wire.api_requests[0].head + b"\r\n"


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
@pytest.mark.parametrize("spelling", ["raw", "form", "json", "python"])
@pytest.mark.parametrize("place", ["status line", "header", "error_description"])
def test_echo_of_the_secret(
    concurrency: Concurrency, wire: Wire, place: str, spelling: str
) -> None:
    """A server that sends the request back, in any spelling, gets the secret into no error."""
    secret = "s3cret/+&=%'\"\\"
    written = {
        "raw": secret,
        "form": "s3cret%2F%2B%26%3D%25%27%22%5C",
        "json": r"s3cret\/+&=%'\"\\",
        "python": repr(secret)[1:-1],
    }[spelling].encode()
    quoted = written.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    wire.token = {
        "status line": b"HTTP/1.1 " + written + b"\r\n\r\n",
        "header": http(headers=b"what you sent " + written + b"\r\n"),
        "error_description": http(
            b'{"error": "x", "error_description": "you sent %b"}' % quoted, status=b"401 No"
        ),
    }[place]

    [error] = concurrency.session(client_secret=secret).outcomes(times=1)

    assert ("[redacted]" if place == "error_description" else "illegal") in str(error)
    assert "s3cret" not in repr((str(error), vars(error)))


def test_secret_is_sent_once_and_encoded(wire: Wire, concurrency: Concurrency) -> None:
    """No setting can add a parameter to the form, or a header field."""
    hostile = "a&scope=b=c%00%0D%0AX-Evil: 1 +é"
    concurrency.session(client_secret=hostile, client_id="c&d= +é").do()

    [(head, form)] = wire.token_requests
    assert b"evil" not in head.lower()
    assert form.split(b"&") == [
        b"grant_type=client_credentials",
        b"client_id=c%26d%3D+%2B%C3%A9",
        b"client_secret=a%26scope%3Db%3Dc%2500%250D%250AX-Evil%3A+1+%2B%C3%A9",
    ]
