"""Values on their way to and from the HTTP engine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from persium_ext import Response
from persium_ext._calls.body import Body
from persium_ext._http.messages import Headers, merge_headers


def test_headers_are_found_in_any_case() -> None:
    """Fields of one name are joined, as RFC 9110, section 5.3, allows."""
    headers = Headers([("X-A", "1"), ("WWW-Authenticate", "Bearer"), ("www-authenticate", "Basic")])

    assert headers["Www-Authenticate"] == "Bearer, Basic"
    assert (len(headers), list(headers), "x-a" in headers) == (2, ["x-a", "www-authenticate"], True)
    assert repr(headers) == "Headers(['www-authenticate', 'x-a'])"


def test_merged_headers() -> None:
    """Of two fields with one name the later stays, whatever its case."""
    assert merge_headers({"User-Agent": "a", "X": "1"}, {"user-agent": "b"}) == {
        "user-agent": "b",
        "X": "1",
    }


def test_response() -> None:
    """A response offers its body as text and as JSON, and its request id."""
    response = Response(
        status_code=200, headers=Headers([("X-Request-Id", "r1")]), content=b'{"a": "\xc3\xb6"}'
    )

    assert (response.text, response.json(), response.request_id) == ('{"a": "ö"}', {"a": "ö"}, "r1")
    assert "content" not in repr(response)


@pytest.mark.parametrize("content", [b"", b"\xff", b"{", b"[NaN]", b"[" * 100_000])
def test_what_is_no_json(content: Any) -> None:
    """All that is no JSON is a ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011  # its words are the parser's
        Response(status_code=200, content=content).json()


class Pipe(io.RawIOBase):
    """A file that can't go back."""

    def readable(self) -> bool:
        """Say so."""
        return True

    def read(self, _size: int = -1) -> bytes:
        """Be empty."""
        return b""


def numbers() -> Iterator[bytes]:
    """An iterator of bytes."""
    yield b"12"
    yield b"34"


@pytest.mark.parametrize(
    ("options", "replayable"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"json": {"a": 1}}, True, id="JSON"),
        pytest.param({"content": b"x"}, True, id="bytes"),
        pytest.param({"content": "x"}, True, id="text"),
        pytest.param({"content": io.BytesIO(b"x")}, True, id="a file"),
        pytest.param({"content": Pipe()}, False, id="a pipe"),
        pytest.param({"content": numbers()}, False, id="an iterator"),
        pytest.param({"files": {"f": io.BytesIO(b"x")}}, True, id="an upload"),
        pytest.param({"files": [("f", ("n", io.BytesIO(b"x"), "t"))]}, True, id="a named upload"),
        pytest.param({"files": {"f": b"bytes"}}, True, id="an upload of bytes"),
        pytest.param({"files": {"f": ("n", Pipe())}}, False, id="an upload from a pipe"),
    ],
)
def test_replayable(options: Any, replayable: Any) -> None:
    """Bytes and seekable files can be sent again; pipes and iterators can't."""
    assert Body(options).replayable is replayable


def test_a_pipe_is_read_where_it_stands() -> None:
    """What can't go back is not asked to."""
    assert list(Body({"content": Pipe()}).options(awaited=False)["content"]) == []


def test_a_file_starts_where_it_was() -> None:
    """Each attempt sends the file from where it stood, and says how long it is."""
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    body = Body({"content": file})

    sent = [b"".join(body.options(awaited=False)["content"]) for _ in range(2)]

    assert sent == [b"456789", b"456789"]
    assert body.length == 6


@pytest.mark.parametrize("content", [io.BytesIO(b"1234"), numbers()])
def test_streams_can_be_awaited(content: Any) -> None:
    """In an event loop, files and iterators become asynchronous ones."""

    async def read() -> bytes:
        return b"".join(
            [chunk async for chunk in Body({"content": content}).options(awaited=True)["content"]]
        )

    assert anyio.run(read) == b"1234"


@pytest.mark.parametrize("content", [None, b"x", numbers()])
def test_only_files_have_a_length(content: Any) -> None:
    """The engine knows the length of bytes itself, and nobody that of an iterator."""
    assert Body({"content": content}).length is None


def test_a_pipe_has_no_length() -> None:
    """What can't be sought through isn't measured."""
    assert Body({"content": Pipe()}).length is None
