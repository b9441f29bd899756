"""Bodies of requests: which can be sent again, and what each attempt sends."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from persium_ext import ApiConnectionError, ApiStatusError
from persium_ext._calls.body import Body
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, http, in_turn, unused_origin

Options = dict[str, Any]


class Pipe(io.RawIOBase):
    """A file without a position."""

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, _size: int = -1) -> bytes:
        """Be empty."""
        return b""


def numbers() -> Iterator[bytes]:
    """Iterate over bytes."""
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
def test_replayable(options: Options, replayable: object) -> None:
    """Bytes and seekable files can be sent again; pipes and iterators can't."""
    assert Body(options).replayable is replayable


def test_pipe_is_not_rewound() -> None:
    """A file that can't seek is read from its present position."""
    assert list(Body({"content": Pipe()}).options(awaited=False)["content"]) == []


def test_file_is_rewound() -> None:
    """Each attempt sends the file from where it stood, and its length is known."""
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    body = Body({"content": file})

    sent = [b"".join(body.options(awaited=False)["content"]) for _ in range(2)]

    assert sent == [b"456789", b"456789"]
    assert body.length == 6


@pytest.mark.parametrize("content", [b"12", "12", bytearray(b"12"), memoryview(b"12")])
@pytest.mark.parametrize("awaited", [True, False])
def test_bytes_of_any_kind(content: Any, awaited: Any) -> None:
    """Text and every kind of bytes are sent as bytes, and can be sent again."""
    body = Body({"content": content})

    assert body.options(awaited=awaited)["content"] == b"12"
    assert body.replayable


async def letters() -> AsyncIterator[bytes]:
    """Iterate over bytes, asynchronously."""
    yield b"a"


WORDS = io.StringIO("words")
BYTES = "content has to be bytes, text, a file that is opened in binary mode or an iterator of"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"content": 5}, f"{BYTES} bytes, not int", id="a number"),
        pytest.param({"content": {"a": 1}}, f"{BYTES} bytes, not dict", id="a mapping"),
        pytest.param({"content": Path("x")}, f"{BYTES} bytes, not .*Path", id="a path"),
        pytest.param({"content": "\ud800"}, "UTF-8 can't encode", id="half a character"),
        pytest.param({"files": {"f": WORDS}}, "in binary mode", id="an upload of text"),
        pytest.param({"files": {"f": ("n", WORDS)}}, "in binary mode", id="with a name"),
        pytest.param({"content": ["a"]}, "has to yield bytes, not str", id="text in a list"),
        pytest.param({"content": iter([b"a", 5])}, "has to yield bytes, not int", id="an iterator"),
        pytest.param({"content": letters()}, "AsyncPersium only", id="an asynchronous iterator"),
    ],
)
def test_content_that_can_not_be_sent(options: Options, words: str) -> None:
    """What is no content is refused, with the name of the argument and what it has to be."""
    with pytest.raises(ValueError, match=words):
        list(Body(options).options(awaited=False)["content"])


def test_wrong_content_costs_no_token(concurrency: Concurrency, wire: Wire) -> None:
    """A text file as body is refused before a request is sent."""
    session = concurrency.session(**wire.settings)

    [error] = session.outcomes(lambda p: p.request("PUT", "/x", content=WORDS), times=1)

    assert isinstance(error, ValueError)
    assert (wire.token_requests, wire.api_requests) == ([], [])


def test_asynchronous_iterator_is_sent() -> None:
    """In an event loop an asynchronous iterator is passed on as it is."""
    content = letters()

    assert Body({"content": content}).options(awaited=True)["content"] is content


@pytest.mark.parametrize("content", [io.BytesIO(b"1234"), numbers()])
def test_streams_can_be_awaited(content: Any) -> None:
    """In an event loop, files and iterators become asynchronous iterators."""

    async def read() -> bytes:
        return b"".join(
            [chunk async for chunk in Body({"content": content}).options(awaited=True)["content"]]
        )

    assert anyio.run(read) == b"1234"


@pytest.mark.parametrize("content", [None, b"x", numbers(), Pipe()])
def test_only_files_have_a_length(content: Any) -> None:
    """The length of bytes is left to httpx; iterators and pipes can't be measured."""
    assert Body({"content": content}).length is None


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        pytest.param(lambda: {"json": {"a": 1}}, b'{"a":1}', id="JSON"),
        pytest.param(lambda: {"data": {"a": "b c"}}, b"a=b+c", id="a form"),
        pytest.param(lambda: {"content": io.BytesIO(b"a file")}, b"a file", id="a file"),
        pytest.param(lambda: {"files": {"f": io.BytesIO(b"part")}}, b"\r\npart\r\n", id="upload"),
    ],
)
@pytest.mark.parametrize("status", [b"401 No", b"503 No"])
@pytest.mark.usefixtures("no_jitter")
def test_body_is_sent_again(
    concurrency: Concurrency, wire: Wire, options: Callable[[], Options], sent: bytes, status: bytes
) -> None:
    """After a 401 and after a 503 the second request has the body of the first."""
    wire.api = in_turn(http(status=status), http())
    arguments = options()

    concurrency.session(**wire.settings).do(lambda p: p.request("PUT", "/x", **arguments))

    assert [sent in seen.body for seen in wire.api_requests] == [True, True]


@pytest.mark.parametrize("status", [b"401 No", b"503 No"])
def test_stream_is_not_sent_again(concurrency: Concurrency, wire: Wire, status: bytes) -> None:
    """A stream is consumed by the first attempt: the error has the reason."""
    wire.api = http(status=status)

    [error] = concurrency.session(**wire.settings).outcomes(
        lambda p: p.request("PUT", "/x", content=iter([b"a", b"b"])), times=1
    )

    assert isinstance(error, ApiStatusError)
    assert "stream" in str(error.hint)
    assert [seen.body for seen in wire.api_requests] == [b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"]


def test_stream_on_a_broken_connection(concurrency: Concurrency) -> None:
    """A connection that fails under a stream gets no second attempt."""
    session = concurrency.session(api_base_url=unused_origin())

    [error] = session.outcomes(lambda p: p.request("PUT", "/x", content=iter([b"a"])), times=1)

    assert isinstance(error, ApiConnectionError)
    assert "never sent twice" in str(error.hint)
    assert error.attempts == 1


class Changing(io.BytesIO):
    """A file whose size another program changes, by *change* bytes, after its length was read."""

    def __init__(self, change: int) -> None:
        super().__init__(b"1234")
        self._change = change

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Return at the end the length of before."""
        return super().seek(offset, whence) - (self._change if whence == io.SEEK_END else 0)


def test_file_that_grows(concurrency: Concurrency, wire: Wire) -> None:
    """What another program appends meanwhile, as to a log, is not part of the upload."""
    concurrency.session(**wire.settings).do(lambda p: p.request("PUT", "/x", content=Changing(1)))

    assert wire.api_requests[0].body == b"123"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: Changing(-1), id="a file that shrinks"),
        pytest.param(lambda: iter([1234]), id="an iterator of numbers"),
    ],
)
@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")  # httpx leaves it, in trio
def test_body_that_can_not_be_written(
    concurrency: Concurrency, wire: Wire, content: Callable[[], Any]
) -> None:
    """What httpx, httpcore or h11 raise for a body is an error of ours, and final."""
    session = concurrency.session(**wire.settings)
    session.do(lambda p: p.access_token())

    [error] = session.outcomes(lambda p: p.request("PUT", "/x", content=content()), times=1)

    assert isinstance(error, ApiConnectionError)
    assert error.attempts == 1
    assert wire.api_requests == []
