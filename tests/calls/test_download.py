"""Downloads: a response goes to a file, which is complete, or as it was before."""

from __future__ import annotations

import errno
import gzip
import io
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persium_ext import (
    ApiConnectionError,
    ApiStatusError,
    AsyncPersium,
    DeadlineExceeded,
    Download,
    Persium,
    PersiumError,
    ResponseDecodeError,
    RetryPolicy,
)
from persium_ext._calls.download import suggested_name
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency, Session
from tests.support.wire import Seen, Wire, http, in_turn

BODY = bytes(range(256)) * 1_000
GZIP = b"Content-Encoding: gzip\r\n"
ONCE = RetryPolicy(attempts=1)


def download(target: Any, **options: Any) -> Callable[[Any], Any]:
    """Return the call that every document has, into *target*."""
    return lambda persium: persium.download_to(target, **options).identity.get_me()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with other content."""
    found = tmp_path / "report"
    found.write_bytes(b"old")
    return found


def assert_untouched(path: Path) -> None:
    """Nothing has changed, and nothing was left beside it."""
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_file_and_response(concurrency: Concurrency, wire: Wire, path: Path) -> None:
    """The body replaces the file, whatever it is, and the response is described."""
    headers = b"Content-Type: Application/PDF; a=b\r\nX-Request-Id: r-1\r\n"
    headers += b'Content-Disposition: attachment; filename="../2026/report.pdf"\r\n'
    wire.api = in_turn(
        http(status=b"503 Busy", headers=b"Retry-After: 0\r\n"), http(BODY, headers=headers)
    )

    found = concurrency.session(**wire.settings).do(download(path))

    assert path.read_bytes() == BODY
    assert list(path.parent.iterdir()) == [path]
    assert found == Download(
        path=path,
        size=len(BODY),
        media_type="application/pdf",
        filename="report.pdf",
        status_code=200,
        headers=found.headers,
        request_id="r-1",
        attempts=2,
    )
    assert found.headers["content-length"] == str(len(BODY))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  # of this process


@pytest.mark.parametrize(
    ("response", "total"),
    [
        pytest.param(http(BODY), len(BODY), id="length"),
        pytest.param(http(gzip.compress(BODY), headers=GZIP), None, id="compressed"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + BODY, None, id="no length"),
    ],
)
def test_progress(
    concurrency: Concurrency, wire: Wire, path: Path, response: bytes, total: int | None
) -> None:
    """Bytes so far rise to the whole; the total is known if the response states it."""
    calls: list[tuple[int, int | None]] = []
    threads: set[int] = set()

    def progress(size: int, total: int | None) -> None:
        calls.append((size, total))
        threads.add(threading.get_ident())

    wire.api = response
    session = concurrency.session(**wire.settings)
    session.do(download(path, progress=progress))

    sizes = [size for size, _ in calls]
    assert path.read_bytes() == BODY
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(BODY)
    assert {each for _, each in calls} == {total}
    assert threads == {session.do(lambda _: threading.get_ident())}, "that of the caller"


@pytest.mark.parametrize("error", [ValueError, OSError, TimeoutError, httpx.ReadError])
def test_error_of_progress(
    concurrency: Concurrency, wire: Wire, path: Path, error: type[Exception]
) -> None:
    """What it raises ends the call, is not taken for the transport's, and leaves nothing."""
    wire.api = http(BODY)
    raised = error("enough")

    def progress(*_: object) -> None:
        raise raised

    [found] = concurrency.session(**wire.settings).outcomes(
        download(path, progress=progress), times=1
    )

    assert found is raised
    assert len(wire.api_requests) == 1
    assert_untouched(path)


def test_interrupt(wire: Wire, path: Path) -> None:
    """Ctrl-C leaves nothing."""
    wire.api = http(BODY)

    def progress(*_: object) -> None:
        raise KeyboardInterrupt

    with _client(wire) as persium, pytest.raises(KeyboardInterrupt):
        persium.download_to(path, progress=progress).identity.get_me()
    assert_untouched(path)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_cancellation(wire: Wire, path: Path, backend: str) -> None:
    """A task that is cancelled in the middle leaves nothing."""
    wire.api = lambda seen: http(BODY)[:-1] if seen.head else wire.silence(seen)

    settings: dict[str, Any] = wire.settings

    async def call() -> None:
        async with AsyncPersium(**settings) as persium, anyio.create_task_group() as tasks:

            def progress(*_: object) -> None:
                tasks.cancel_scope.cancel()

            await persium.download_to(path, progress=progress).identity.get_me()

    anyio.run(call, backend=backend)
    assert_untouched(path)


def _endless(wire: Wire) -> Callable[[Seen], bytes]:
    """Promise more than is sent, and keep the connection open."""
    turns = iter([http(BODY, connection=b"keep-alive")[:-1]])

    def respond(seen: Seen) -> bytes:
        return next(turns, None) or wire.silence(seen)

    return respond


@pytest.mark.parametrize(
    ("response", "error"),
    [
        pytest.param(http(BODY)[:-1], ApiConnectionError, id="shorter than its length"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            ApiConnectionError,
            id="no last chunk",
        ),
        pytest.param(
            http(gzip.compress(BODY)[:-9], headers=GZIP), ResponseDecodeError, id="gzip, cut"
        ),
        pytest.param(http(BODY, headers=GZIP), ResponseDecodeError, id="gzip, malformed"),
        pytest.param(
            http(BODY, headers=b"Content-Encoding: br\r\n"), ResponseDecodeError, id="unknown"
        ),
        pytest.param(http(BODY, status=b"404 Not Found"), ApiStatusError, id="error status"),
        pytest.param(http(BODY, status=b"302 Found"), ApiStatusError, id="redirect"),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_failures(
    concurrency: Concurrency, wire: Wire, path: Path, response: bytes, error: type[Exception]
) -> None:
    """A response that is no complete success is the usual error, and leaves nothing."""
    wire.api = response

    [found] = concurrency.session(**wire.settings).outcomes(download(path), times=1)

    assert isinstance(found, error)
    assert_untouched(path)


def test_deadline(concurrency: Concurrency, wire: Wire, path: Path) -> None:
    """The deadline of a call covers its body."""
    wire.api = _endless(wire)
    session = concurrency.session(**wire.settings, deadline=0.5)

    with pytest.raises(DeadlineExceeded):
        session.do(download(path))
    assert_untouched(path)


@pytest.mark.usefixtures("no_jitter")
def test_retry_begins_anew(concurrency: Concurrency, wire: Wire, path: Path) -> None:
    """Nothing of a broken attempt, or of an error's body, is in the file."""
    wire.api = in_turn(
        http(b"x" * 500_000)[:-1],
        http(b"error", status=b"503 Busy"),
        http(BODY),
    )

    found = concurrency.session(**wire.settings).do(download(path))

    assert path.read_bytes() == BODY
    assert (found.size, found.attempts) == (len(BODY), 3)


def test_unauthorized(session: Session, sandbox: Sandbox, path: Path) -> None:
    """The token is renewed once, as for each call."""
    sandbox.answer("getMe", status=401, times=1)

    session.do(download(path))

    assert sandbox.token_requests == 2
    assert path.read_bytes().startswith(b"{")


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(http(BODY), id="declared"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + BODY, id="no length"),
        pytest.param(http(gzip.compress(b" " * len(BODY)), headers=GZIP), id="decompressed"),
    ],
)
def test_limits(concurrency: Concurrency, wire: Wire, path: Path, response: bytes) -> None:
    """``max_size`` is the limit of a file, and ``max_response_size`` is that of errors."""
    wire.api = response
    session = concurrency.session(**wire.settings, max_response_size=10)

    with pytest.raises(ApiConnectionError, match="longer than 255,999 bytes") as caught:
        session.do(download(path, max_size=len(BODY) - 1))
    assert "larger max_size" in str(caught.value.hint)
    assert_untouched(path)

    session.do(download(path))
    session.do(download(path, max_size=len(BODY)))
    assert path.stat().st_size == len(BODY)

    wire.api = http(BODY, status=b"404 Not Found")
    with pytest.raises(ApiConnectionError, match="longer than 10 bytes"):
        session.do(download(path))


def test_open_file(concurrency: Concurrency, wire: Wire) -> None:
    """A file that was passed in gets the body of each call, and stays open."""
    wire.api = http(BODY)
    session, file = concurrency.session(**wire.settings), io.BytesIO()

    found = session.do(download(file))
    session.do(download(file))

    assert found.path is None
    assert file.getvalue() == BODY * 2


def test_undocumented_success(
    concurrency: Concurrency, wire: Wire, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its body is in the file, here an empty one; the log and the result have the status."""
    wire.api = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"

    found = concurrency.session(**wire.settings).do(download(path))

    assert path.read_bytes() == b""
    assert (found.size, found.status_code, found.media_type, found.filename) == (0, 204, "", None)
    assert "HTTP 204 is not documented: its body is in the file" in caplog.text


def test_mistakes_of_the_caller(session: Session, sandbox: Sandbox, path: Path) -> None:
    """A wrong target or limit is named, and nothing is sent."""
    with pytest.raises(ValueError, match="download_to: max_size has to be"):
        session.do(download(path, max_size=0))
    with pytest.raises(ValueError, match="not an async one"):
        session.do(download(path, progress=anyio.sleep))
    with pytest.raises(ValueError, match="is not a file"):
        session.do(download(path.parent))
    assert sandbox.api_requests == sandbox.token_requests == 0


def test_full_disk(concurrency: Concurrency, wire: Wire, path: Path) -> None:
    """The error of the system is raised as it is: another attempt would not help."""
    wire.api = http(BODY)

    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    [found] = concurrency.session(**wire.settings).outcomes(download(Full()), times=1)

    assert found.errno == errno.ENOSPC
    assert len(wire.api_requests) == 1


def test_pages(session: Session, path: Path) -> None:
    """Pages are not written to one file."""
    api = session.client.download_to(path)
    described: Any = type("Described", (), {"operation_id": "listThings"})

    with pytest.raises(TypeError, match="listThings: pages can't be written to one file"):
        api._executor.pages(described, {})  # noqa: SLF001  # no operation of this document has any


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("", None),
        ("attachment", None),
        ("attachment; filename=a.pdf", "a.pdf"),
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf; filename*=UTF-8''%e2%82%ac%20rates.pdf", "€ rates.pdf"),
        ("attachment; filename*=no-charset''a.pdf", "a.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\Windows\\\\a.dll"', "a.dll"),
        ('attachment; filename=".."', None),
        ('attachment; filename="a/"', "a"),
        ("attachment; filename*=UTF-8''a%00b", None),
        ("attachment; filename*=UTF-8''%0a", None),
    ],
)
def test_suggested_name(disposition: str, name: str | None) -> None:
    """A name without folders and control characters, or none."""
    assert suggested_name(disposition) == name


FRAMINGS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "length": lambda body, headers: http(body, headers=headers),
    "chunked": lambda body, headers: (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n"
        % (headers, len(body), body)
    ),
}


def _client(wire: Wire) -> Persium:
    settings: dict[str, Any] = wire.settings
    return Persium(**settings, retry=ONCE)


@given(
    body=st.binary(min_size=1, max_size=300),
    framing=st.sampled_from(sorted(FRAMINGS)),
    packed=st.booleans(),
    cut=st.integers(0, 600),
    max_size=st.none() | st.integers(1, 300),
)
def test_whatever_breaks(
    tmp_path_factory: pytest.TempPathFactory,
    body: bytes,
    framing: str,
    packed: bool,  # noqa: FBT001  # hypothesis passes it by name
    cut: int,
    max_size: int | None,
) -> None:
    """Wherever a response ends: the file has the whole body, or is as it was."""
    path = tmp_path_factory.mktemp("cut") / "report"
    path.write_bytes(b"old")
    content, headers = (gzip.compress(body), GZIP) if packed else (body, b"")
    whole = FRAMINGS[framing](content, headers)

    with Wire() as wire, _client(wire) as persium:
        wire.api = whole[:cut]
        try:
            found = persium.download_to(path, max_size=max_size).identity.get_me()
        except PersiumError:
            assert (
                cut < len(whole)
                or len(content) > (max_size or 600)
                or len(body) > (max_size or 600)
            )
            assert_untouched(path)
        else:
            assert found.size == len(body)
            assert path.read_bytes() == body
            assert list(path.parent.iterdir()) == [path]


def test_mocked_response(path: Path) -> None:
    """A mock's response, which has been read already, is written as well."""

    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(
                200, json={"access_token": "t", "expires_in": 300, "token_type": "Bearer"}
            )
        if request.url.host == "short.example":
            return httpx.Response(200, headers={"Content-Length": "9"}, content=iter([b"short"]))
        return httpx.Response(
            200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(BODY)
        )

    def client(mocked: httpx.Client, host: str) -> Persium:
        return Persium(
            token_url="https://auth.example/token",
            api_base_url=f"https://{host}",
            client_id="a",
            client_secret="s3cret",
            http_client=mocked,
            retry=ONCE,
        )

    with httpx.Client(transport=httpx.MockTransport(respond)) as mocked:
        client(mocked, "api.example").download_to(path).identity.get_me()
        assert path.read_bytes() == BODY
        with pytest.raises(ApiConnectionError, match="shorter than its Content-Length"):
            client(mocked, "short.example").download_to(path).identity.get_me()
        assert path.read_bytes() == BODY
