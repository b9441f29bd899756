"""What a token endpoint may answer, in bytes; in three worlds."""

from __future__ import annotations

import pytest

from persium_ext import (
    PersiumError,
    TokenEndpointUnavailable,
    TokenRefused,
    TokenResponseInvalid,
)
from tests.support.wire import Answer, Wire, http, token_answer
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("no_jitter")

DEEP = b"[" * 100_000 + b"]" * 100_000
NO_JSON = "the body is no JSON object"
MALFORMED = "access_token is missing or malformed"
NO_NUMBER = "expires_in is missing or no number"


def refused(body: bytes) -> bytes:
    """Make the answer to wrong credentials."""
    return http(body, status=b"401 Unauthorized")


@pytest.mark.parametrize(
    ("answer", "words", "requests"),
    [
        pytest.param(token_answer(rb'"a\r\nX: y"'), MALFORMED, 1, id="CR LF"),
        pytest.param(token_answer('"é"'.encode()), MALFORMED, 1, id="not ASCII"),
        pytest.param(token_answer(rb'"\u0000"'), MALFORMED, 1, id="NUL"),
        pytest.param(token_answer(rb'"\ud800"'), MALFORMED, 1, id="half a character"),
        pytest.param(token_answer(b'" "'), MALFORMED, 1, id="a space"),
        pytest.param(token_answer(b'""'), MALFORMED, 1, id="empty"),
        pytest.param(token_answer(b'["t"]'), MALFORMED, 1, id="a list"),
        pytest.param(
            token_answer(b'"%b"' % (b"a" * 1_000_000)),
            "access_token has 1000000 characters, more than 65536",
            1,
            id="1 MB",
        ),
        *(
            pytest.param(
                token_answer(kind=kind), "token_type is not Bearer", 1, id=f"type {kind!r}"
            )
            for kind in (b'"MAC"', b"null", b'["Bearer"]', rb'"Bearer\n"', b'"Bearer "', b"1")
        ),
        *(
            pytest.param(token_answer(life=life), NO_NUMBER, 1, id=f"life {life!r}")
            for life in (b"null", b"true", b'"300"', b"[300]", b"{}")
        ),
        *(
            pytest.param(token_answer(life=life), NO_JSON, 3, id=f"life {life[:6]!r}")
            for life in (b"1e999", b"-1e999", b"NaN", b"9" * 10_000)
        ),
        pytest.param(token_answer(more=b', "x": ' + DEEP), NO_JSON, 3, id="deep"),
        pytest.param(
            token_answer(more=b', "access_token": "other"'),
            f"{NO_JSON}: a member stands there twice",
            1,
            id="two tokens",
        ),
        pytest.param(
            token_answer(more=b', "expires_in": 9'),
            f"{NO_JSON}: a member stands there twice",
            1,
            id="two lives",
        ),
        pytest.param(token_answer(b'"\xff"'), NO_JSON, 3, id="not UTF-8"),
        pytest.param(http(token_answer().decode().encode("utf-16")), NO_JSON, 3, id="UTF-16"),
        pytest.param(refused(DEEP), "the body is no OAuth error", 1, id="deep error"),
        pytest.param(
            refused(b'{"error": "a", "error": "b"}'),
            "the body is no OAuth error",
            1,
            id="two errors",
        ),
    ],
)
def test_no_token(world: World, wire: Wire, answer: Answer, words: str, requests: int) -> None:
    """The error says what was wrong, in few words, and the API is never asked."""
    wire.token = answer

    [error] = world.session().outcomes(times=1)

    assert isinstance(error, TokenResponseInvalid)
    assert f"without a usable token: {words}" in error.args[0]
    assert len(error.args[0]) < 400
    assert (len(wire.token_requests), wire.api_requests) == (requests, [])


@pytest.mark.parametrize(
    ("answer", "token"),
    [
        pytest.param(token_answer(b'"%b"' % (b"a" * 16_384)), b"a" * 16_384, id="16 KiB"),
        pytest.param(token_answer(b'"%b"' % (b"a" * 60_000)), b"a" * 60_000, id="60,000"),
        pytest.param(token_answer(kind=b'"bEaReR"'), b"t0k3n", id="type in any case"),
        pytest.param(token_answer(life=b"9" * 4_000), b"t0k3n", id="a very long life"),
        pytest.param(token_answer(life=b"1e308"), b"t0k3n", id="the largest number"),
        pytest.param(token_answer(life=b"0"), b"t0k3n", id="no life"),
        pytest.param(token_answer(life=b"-9"), b"t0k3n", id="less than no life"),
        pytest.param(token_answer(more=rb', "scope": "\ud800\u001b[2J\n"'), b"t0k3n", id="scope"),
        pytest.param(token_answer(more=b', "x": {"x": 1, "y": [{}]}'), b"t0k3n", id="more"),
        pytest.param(
            http(b"\xef\xbb\xbf" + token_answer().partition(b"\r\n\r\n")[2]),
            b"t0k3n",
            id="byte order mark",
        ),
        pytest.param(
            token_answer().replace(b"Connection: close", b"Connection: close\r\nX: a\r\n b"),
            b"t0k3n",
            id="a header on two lines",
        ),
    ],
)
def test_odd_token(world: World, wire: Wire, answer: Answer, token: bytes) -> None:
    """What is odd but clear serves: one token request, and the token goes out as it came."""
    wire.token = answer

    world.session().do()

    assert (len(wire.token_requests), len(wire.api_requests)) == (1, 1)
    assert b"\r\nAuthorization: Bearer %b\r\n" % token in wire.api_requests[0].head + b"\r\n"


@pytest.mark.parametrize(
    ("answer", "kind", "requests"),
    [
        pytest.param(
            refused(rb'{"error": "\u001b[2J", "error_description": "\u202e\n\ud800\u0085x"}'),
            TokenRefused,
            1,
            id="words",
        ),
        pytest.param(refused(b'{"error": "%b"}' % (b"x" * 100_000)), TokenRefused, 1, id="long"),
        pytest.param(
            http(DEEP, status=b"500 Oh", headers=b"Retry-After: \x1b[2J\r\n"),
            TokenEndpointUnavailable,
            3,
            id="deep 500",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nbad \x1b[2J\xff\r\n\r\n", TokenEndpointUnavailable, 3, id="header"
        ),
        pytest.param(b"\x1b[2J\r\n\r\n", TokenEndpointUnavailable, 3, id="status line"),
        pytest.param(
            http(headers=b"X: %b\r\n" % (b"a" * 200_000)), TokenEndpointUnavailable, 3, id="200 KB"
        ),
        pytest.param(http(headers=b"X: a\x00b\r\n"), TokenEndpointUnavailable, 3, id="NUL"),
    ],
)
def test_error_is_harmless(
    world: World, wire: Wire, answer: Answer, kind: type[PersiumError], requests: int
) -> None:
    """What a server says can't act on the terminal or the log that an error is written to."""
    wire.token = answer

    [error] = world.session().outcomes(times=1)

    assert isinstance(error, kind)
    assert str(error).replace("\n", "").isprintable()
    assert len(str(error).splitlines()) <= 3
    assert len(str(error)) < 700
    assert len(wire.token_requests) == requests


@pytest.mark.parametrize("spelling", ["raw", "form", "json", "python"])
@pytest.mark.parametrize("place", ["status line", "header", "error_description"])
def test_echo_of_the_secret(world: World, wire: Wire, place: str, spelling: str) -> None:
    """A server that sends the request back, in whatever spelling, gets the secret into no error."""
    secret = "s3cret/+&=%'\"\\"
    written = {
        "raw": secret,
        "form": "s3cret%2F%2B%26%3D%25%27%22%5C",
        "json": r"s3cret\/+&=%'\"\\",
        "python": repr(secret)[1:-1],
    }[spelling].encode()
    words = b'{"error": "x", "error_description": "you sent %b"}'
    wire.token = {
        "status line": b"HTTP/1.1 " + written + b"\r\n\r\n",
        "header": http(headers=b"what you sent " + written + b"\r\n"),
        "error_description": refused(words % written.replace(b"\\", b"\\\\").replace(b'"', b'\\"')),
    }[place]

    [error] = world.session(client_secret=secret).outcomes(times=1)

    assert ("[redacted]" if place == "error_description" else "illegal") in str(error)
    assert "s3cret" not in repr((str(error), vars(error)))


def test_secret_is_sent_once_and_right(wire: Wire, world: World) -> None:
    """Nothing that stands in a setting can add a field to the form, or a header."""
    hostile = "a&scope=b=c%00\r\nX-Evil: 1 +"
    world.session(client_secret=hostile, client_id="c&d= +é").do()

    [(head, body)] = wire.token_requests
    assert b"evil" not in head.lower()
    assert body.split(b"&") == [
        b"grant_type=client_credentials",
        b"client_id=c%26d%3D+%2B%C3%A9",
        b"client_secret=a%26scope%3Db%3Dc%2500%0D%0AX-Evil%3A+1+%2B",
    ]
