"""Responses that a hostile API may send: bodies as values, heads on the wire."""

from __future__ import annotations

import pickle

import pytest

from persium_ext import (
    ApiConnectionError,
    ApiStatusError,
    PersiumError,
    ResponseDecodeError,
    UnauthorizedError,
)
from tests.support.concurrency import Concurrency
from tests.support.wire import ME, Answer, Wire, http, me, token_answer

from .values import me_from

pytestmark = pytest.mark.usefixtures("no_jitter")

DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(me(more=b', "x": ' + DEEP), "JSON nested too deep", id="deep"),
        pytest.param(
            me(b'"\xff"'), "not JSON: 'utf-8' codec can't decode byte 0xff", id="not UTF-8"
        ),
        pytest.param(
            ME.decode().encode("utf-16"),
            "not JSON: 'utf-8' codec can't decode byte 0xff",
            id="UTF-16",
        ),
        pytest.param(
            me(more=b', "x": ' + b"9" * 10_000), "not JSON: Exceeds the limit", id="10,000 digits"
        ),
        pytest.param(me(more=b', "x": 1e999'), "a number is too large", id="infinity"),
        pytest.param(me(more=b', "x": NaN'), "NaN is not JSON", id="NaN"),
        pytest.param(me(b"7"), "label is a number, not a string", id="another type"),
        pytest.param(b"", "not JSON: Expecting value", id="empty"),
        pytest.param(b"[]", "the body is a list, not an object", id="a list"),
    ],
)
def test_decode_error(body: bytes, words: str) -> None:
    """A success that can't be read is one error of one class, which pickles."""
    with pytest.raises(ResponseDecodeError) as caught:
        me_from(body)

    error = caught.value
    assert words in error.args[0]
    assert len(error.text) <= 2_000
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  # our own bytes


def test_decode_error_on_the_wire(concurrency: Concurrency, wire: Wire) -> None:
    """A success that can't be read is not retried."""
    wire.api = http(b"")

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, ResponseDecodeError)
    assert len(wire.api_requests) == 1


@pytest.mark.parametrize(
    ("body", "label"),
    [
        pytest.param(me(rb'"\ud800"'), "\ud800", id="half a character"),
        pytest.param(me(rb'"\u001b[2J\u202e\n"'), "\x1b[2J\u202e\n", id="escapes"),
        pytest.param(me(b'"a", "label": "b"'), "b", id="twice: the later stays"),
        pytest.param(b"\xef\xbb\xbf" + me(), "A label", id="byte order mark"),
        pytest.param(me(more=b', "x": ' + b"9" * 4_000), "A label", id="4,000 digits"),
        pytest.param(me(more=b', "x": 1e-999'), "A label", id="nearly nothing"),
        pytest.param(me(more=b', "__class__": 1, "to_dict": 2'), "A label", id="names of Python"),
    ],
)
def test_odd_success(body: bytes, label: str) -> None:
    """JSON that is odd reaches the caller unchanged: it is the caller's data."""
    assert me_from(body).label == label


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
@pytest.mark.parametrize(
    ("answer", "requests"),
    [
        pytest.param(http(me(), headers=b"X: %b\r\n" % (b"a" * 60_000)), 1, id="60 KB"),
        pytest.param(http(me(), headers=b"X: a\r\n" * 10_000), 1, id="10,000 of one name"),
        pytest.param(http(me(), headers=b"X-A: a\r\n b\r\n"), 1, id="on two lines"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000 + http(me()), 1, id="100 first"),
        pytest.param(http(me()), 1, id="none"),
        pytest.param(http(me(), headers=b"X: a\x00b\r\n"), 3, id="NUL"),
        pytest.param(http(me(), headers=b"X: %b\r\n" % (b"a" * 200_000)), 3, id="200 KB"),
        pytest.param(http(me(), headers=b"Content-Length: 7\r\n"), 3, id="two lengths"),
        pytest.param(http(me(), status=b"199 Odd"), 3, id="status 199"),
        pytest.param(http(me(), status=b"2000 OK"), 3, id="status 2000"),
        pytest.param(b"\x1b[2J\r\n\r\n", 3, id="no HTTP"),
    ],
)
def test_head(concurrency: Concurrency, wire: Wire, answer: Answer, requests: int) -> None:
    """A head that is odd is harmless; one that is not HTTP is a connection error."""
    wire.api = answer

    [outcome] = concurrency.session().outcomes(times=1)

    assert len(wire.api_requests) == requests
    if requests == 1:
        assert outcome.label == "A label"
    else:
        assert isinstance(outcome, ApiConnectionError)
        assert str(outcome).replace("\n", "").isprintable()
        assert len(str(outcome)) < 600


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
@pytest.mark.parametrize("status", [b"401 No", b"403 No", b"503 No"])
def test_words_of_a_header(concurrency: Concurrency, wire: Wire, status: bytes) -> None:
    """No header field acts on the terminal that shows an error; attributes have it unchanged."""
    odd = b"\x1b[2J\xe2\x80\xae\x85"
    wire.api = http(
        b"[" * 100_000,
        status=status,
        headers=b"WWW-Authenticate: Bearer %b\r\nX-Request-Id: %b\r\nRetry-After: %b\r\n"
        % (odd, odd + b"x" * 50_000, odd),
    )

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, ApiStatusError)
    assert str(error).replace("\n", "").isprintable()
    assert len(str(error)) < 900
    assert error.retry_after is None
    assert str(error.request_id).startswith("\x1b[2J")
    assert all("\x1b" in challenge for challenge in error.challenges)
    assert len(error.challenges) == (2 if isinstance(error, UnauthorizedError) else 0)


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
@pytest.mark.parametrize("place", ["no JSON", "a value", "status line", "header", "error"])
def test_echo_of_the_token(concurrency: Concurrency, wire: Wire, place: str) -> None:
    """A server that sends the request back gets the token into no error."""
    wire.token = token_answer(rb'"t0k3n/+\"\\~"')
    echo = rb't0k3n/+"\~'
    wire.api = {
        "no JSON": http(b"<html>you sent Bearer " + echo),
        "a value": http(me(rb'"t0k3n\/+\"\\~", "label": 7')),
        "status line": b"HTTP/1.1 " + echo + b"\r\n\r\n",
        "header": http(headers=b"you sent " + echo + b"\r\n"),
        "error": http(
            b"t0k3n%2F%2B%22%5C~ t0k3n%2f%2b%22%5c~ " + echo,
            status=b"403 No",
            headers=b"X: " + echo + b"\r\n",
        ),
    }[place]

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, PersiumError)
    assert "t0k3n" not in repr((str(error), vars(error)))
    unquoted = place in {"status line", "header"}
    assert ("illegal" if unquoted else "[redacted]") in repr((str(error), vars(error)))


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
def test_a_long_date_is_not_searched(concurrency: Concurrency, wire: Wire) -> None:
    """A value that is longer than any date counts as absent."""
    date = b"Fri, 31 Dec 2077" + b" " * 200 + b"23:59:59 GMT"
    wire.api = http(status=b"429 Slow", headers=b"Retry-After: " + date + b"\r\n")

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, ApiStatusError)
    assert error.retry_after is None
    assert len(wire.api_requests) == 3
