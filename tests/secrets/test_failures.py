"""However a call fails, nothing that is shown of it has the canaries."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import h11
import pytest

from persium_ext import AsyncPersium, Persium, PersiumAuth, PersiumError, RetryPolicy
from tests.support.concurrency import Concurrency
from tests.support.wire import Seen, Wire

from .canaries import SECRET, TOKEN, search, spellings
from .exposed import everything_logged, everything_of, frames_of, unraisable
from .failures import FAILURES

pytestmark = pytest.mark.usefixtures("no_jitter")


@pytest.mark.parametrize("name", FAILURES)
def test_no_failure_shows_the_canaries(
    concurrency: Concurrency, wire: Wire, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """No text, local variable, pickle, log record or standard stream has them."""
    failure = FAILURES[name]
    session = concurrency.session(**failure.prepare(wire))
    # httpx logs the header sections of responses, with whatever a server puts there (see the guide)
    engine = ("httpcore", "httpx") if name.endswith("echoed in the head") else ()

    with everything_logged(but=engine) as logged, unraisable() as lost:
        [error] = session.outcomes(times=1)
        gc.collect()

    assert type(error) is failure.error
    assert search(*everything_of(error), *logged, *lost, *capfd.readouterr()) == []
    assert search(*everything_of(copy.copy(error)), pickle.dumps(error, 0)) == []
    assert lost == []


def test_errors_keep_no_frame_of_httpx(concurrency: Concurrency, wire: Wire) -> None:
    """An error references frames of persium only: those of httpx hold the token."""
    FAILURES["API hangs up"].prepare(wire)
    [error] = concurrency.session().outcomes(times=1)

    modules = {str(frame.f_globals["__name__"]).partition(".")[0] for frame in frames_of(error)}
    assert modules <= {"persium_ext", "persium_api", "anyio", "contextlib"}
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize("client", [Persium, AsyncPersium, PersiumAuth])
def test_wrong_settings_do_not_show_the_secret(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frames of a constructor that fails hold no secret, whatever its source."""
    monkeypatch.setenv("PERSIUM_CLIENT_SECRET", SECRET)
    for arguments in ({}, {"client_secret": SECRET}, {"client_secret": SECRET, "timeout": -1}):
        with pytest.raises(PersiumError) as caught:
            client(client_id="a", **arguments)

        assert frames_of(caught.value)
        assert search(*everything_of(caught.value)) == []


class Interruption(Exception):  # noqa: N818  # Ctrl-C is none either, but would end the event loop
    """What a signal handler raises."""


@pytest.mark.parametrize("error", [Interruption, RuntimeError, UnicodeError])
@pytest.mark.parametrize("operation", ["send", "next_event"])
@pytest.mark.parametrize("place", ["token", "api"])
def test_unexpected_exception_in_a_request(
    concurrency: Concurrency,
    place: str,
    operation: str,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An interruption leaves without frames of httpx, which hold the canaries, or translated."""
    session = concurrency.session()
    if place == "api":
        session.do(lambda persium: persium.access_token())
    work = getattr(h11.Connection, operation)

    def fail(connection: h11.Connection, *event: object) -> Any:
        if event and not isinstance(event[0], h11.EndOfMessage):
            return work(connection, *event)
        raise error

    monkeypatch.setattr(h11.Connection, operation, fail)
    with pytest.raises((Interruption, PersiumError)) as caught:
        session.do()

    assert isinstance(caught.value, PersiumError) is (error is not Interruption)
    files = "".join(frame.f_code.co_filename for frame in frames_of(caught.value))
    assert ("httpx" in files, "httpcore" in files) == (False, False)
    assert search(*everything_of(caught.value)) == []


@pytest.mark.parametrize("place", ["token", "api"])
@pytest.mark.filterwarnings("default::ResourceWarning")
def test_a_task_that_is_cancelled(
    wire: Wire, settings: dict[str, Any], place: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Asyncio's debug mode, its exception handler and its tasks show no canary."""
    arrived = asyncio.Event()
    said: list[str] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.slow_callback_duration = 0.0
        loop.set_exception_handler(lambda _, context: said.append(repr(context)))

        def respond(_: Seen) -> bytes:
            loop.call_soon_threadsafe(arrived.set)
            return b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"

        setattr(wire, place, respond)
        async with AsyncPersium(**settings, retry=RetryPolicy(attempts=1)) as persium:
            task = asyncio.ensure_future(persium.identity.get_me())
            await arrived.wait()
            said.append(repr(task) + repr([frame.f_locals for frame in task.get_stack()]))
            task.cancel()
            with pytest.raises((asyncio.CancelledError, PersiumError)) as caught:
                await task
            said.extend(everything_of(caught.value))

    with everything_logged() as logged, unraisable() as lost:
        asyncio.run(run(), debug=True)
        gc.collect()

    assert said
    assert search(*said, *logged, *lost, *capfd.readouterr()) == []


def test_the_search_finds_every_spelling() -> None:
    """The canaries are found in every encoding, in the middle of any Base64 too."""
    texts = [*spellings(SECRET), *spellings(TOKEN)]
    texts += [
        encode(f"{'x' * before}:{value}:{'y' * after}".encode()).decode()
        for encode in (b64encode, urlsafe_b64encode)
        for value in (SECRET, TOKEN)
        for before in range(3)
        for after in range(3)
    ]
    texts += [repr(SECRET.encode("utf-16-le")), SECRET.encode("utf-16").decode("latin-1")]

    assert all(search(f"<{text}>") for text in texts)
    assert search("nothing") == []
