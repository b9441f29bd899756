"""Where could the secret or the token leak? A canary of each is searched for (TP-9)."""

from __future__ import annotations

import base64
import contextlib
import io
import logging
import pickle
import socketserver
import threading
import traceback
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest

from persium_ext import (
    AsyncPersium,
    Persium,
    PersiumAuth,
    PersiumError,
    RetryPolicy,
    TokenEndpointUnavailable,
)
from persium_ext.sandbox import Sandbox

from .worlds import Session, World

SECRET = "canary-s3cret/+&=%"
TOKEN = "canary-tok3n.eyJhbGciOiJub25lIn0.c2ln"


def spellings(value: str) -> list[str]:
    """*value* as it may stand in some text."""
    raw = value.encode()
    return [
        value,
        quote(value, safe=""),
        quote_plus(value),
        base64.b64encode(raw).decode(),
        raw.hex(),
    ]


def search(*texts: str) -> list[str]:
    """Which spelling of which canary stands in *texts*."""
    everything = "\n".join(texts)
    return [word for value in (SECRET, TOKEN) for word in spellings(value) if word in everything]


@pytest.fixture
def canary(sandbox: Sandbox) -> dict[str, Any]:
    """A client whose secret and token are the canaries."""
    sandbox.client.client_secret = SECRET
    sandbox.answer(
        "requestToken",
        body={"access_token": TOKEN, "expires_in": 300, "token_type": "Bearer"},
        times=None,
    )
    return {"client_secret": SECRET}


@contextlib.contextmanager
def everything_logged() -> Generator[io.StringIO]:
    """Collect what every logger says at DEBUG, with the arguments of each record."""
    said = io.StringIO()

    class Everything(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.write(f"{record.getMessage()} {record.args!r} {vars(record)!r}\n")

    root, handler = logging.getLogger(), Everything()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def failures(sandbox: Sandbox) -> dict[str, Callable[[], None]]:
    """Ways for a call to fail."""
    quoted = f"you sent {TOKEN}"
    return {
        "refused twice": lambda: sandbox.answer("getMe", status=401, body=quoted, times=2),
        "an error that quotes the request": lambda: sandbox.answer(
            "getMe", status=403, body={"you sent": TOKEN}
        ),
        "no such answer": lambda: sandbox.answer("getMe", status=200, body=b"<html>"),
        "refused": lambda: _refuse(sandbox),
        "no token": lambda: _no_token(sandbox),
        "too slow": lambda: setattr(sandbox, "api_delay", 3.0),
        "the endpoint is too slow": lambda: setattr(sandbox, "token_delay", 3.0),
        "nobody there": sandbox.stop,
    }


def _refuse(sandbox: Sandbox) -> None:
    sandbox.clear_answers()
    words = {"error": "invalid_client", "error_description": f"you sent {SECRET}"}
    sandbox.answer("requestToken", status=401, body=words)


def _no_token(sandbox: Sandbox) -> None:
    sandbox.clear_answers()
    sandbox.answer("requestToken", status=200, body={"access_token": 5}, times=None)


@pytest.mark.parametrize(
    "failure",
    [
        "refused twice",
        "an error that quotes the request",
        "no such answer",
        "refused",
        "no token",
        "too slow",
        "the endpoint is too slow",
        "nobody there",
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_no_failure_shows_the_canaries(
    world: World, sandbox: Sandbox, canary: dict[str, Any], failure: str
) -> None:
    """Neither in words, nor in the locals of any frame, nor in a pickle, nor in a log."""
    session = world.session(**canary, deadline=0.4)
    failures(sandbox)[failure]()

    with everything_logged() as logged:
        [error] = session.outcomes(times=1)

    assert isinstance(error, PersiumError)
    frames = "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    )
    own_frames = _without_frames_of_this_file(frames)
    shown = [str(error), repr(error), repr(vars(error)), own_frames, logged.getvalue()]
    assert search(*shown, repr(pickle.dumps(error))) == []
    assert "get_me" in frames


def _without_frames_of_this_file(frames: str) -> str:
    return "\n".join(frames.split("\n  File ")[1:]) if __file__ in frames else frames


def test_success_shows_nothing_either(
    session: Session, world: World, canary: dict[str, Any], capfd: Any
) -> None:
    """Not in a log at DEBUG, on the standard streams, or in what the objects say of themselves."""
    session = world.session(**canary)
    with everything_logged() as logged:
        session.outcomes(times=1)
        token = session.do(lambda persium: persium.access_token())

    things: list[Any] = [token, session.client, vars(session.client)]
    shown = [f"{thing!r} {thing!s}" for thing in things]
    assert token.reveal() == TOKEN
    assert "persium_ext" in logged.getvalue()
    assert search(*shown, logged.getvalue(), *capfd.readouterr()) == []


@pytest.mark.parametrize("client", [Persium, AsyncPersium, PersiumAuth])
def test_wrong_settings_do_not_show_the_secret(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frames of a constructor that fails hold no secret, wherever it came from."""
    monkeypatch.setenv("PERSIUM_CLIENT_SECRET", SECRET)
    for arguments in ({}, {"client_secret": SECRET}, {"client_secret": SECRET, "timeout": -1}):
        with pytest.raises(PersiumError) as caught:
            client(client_id="a", **arguments)

        error = caught.value
        summary = traceback.TracebackException.from_exception(error, capture_locals=True)
        ours = [line for frame in summary.stack for line in _locals(frame)]
        assert len(summary.stack) > 1
        assert search(*ours, str(error)) == []


def _locals(frame: traceback.FrameSummary) -> list[str]:
    """The locals of a frame of ours; this file's hold the secret, for it passes it in."""
    return [] if frame.filename == __file__ else list((frame.locals or {}).values())


def test_a_token_does_not_get_into_a_pickle(
    session: Session, world: World, canary: dict[str, Any]
) -> None:
    """A pickle is a file, or goes to another process: it is refused."""
    token = world.session(**canary).do(lambda persium: persium.access_token())

    with pytest.raises(TypeError, match="a secret is not pickled"):
        pickle.dumps(token)


def test_headers_that_quote_the_token_are_masked(
    world: World, sandbox: Sandbox, canary: dict[str, Any]
) -> None:
    """A server that sends the token back in a header gets it into no error."""
    quoting = {"WWW-Authenticate": f'Bearer x="{TOKEN}"', "X-Sent": TOKEN}
    sandbox.answer("getMe", status=401, headers=quoting, times=2)

    error = world.session(**canary).outcomes(times=1)[0]

    assert error.challenges == ('Bearer x="[redacted]"',) * 2
    assert search(str(error), repr(error.__dict__)) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("endpoint", ["requestToken", "getMe"])
@pytest.mark.usefixtures("no_jitter")
def test_no_redirect_is_followed(
    world: World, sandbox: Sandbox, endpoint: str, status: int
) -> None:
    """Neither the secret nor the token goes to another origin, whatever an answer says."""
    with Sandbox() as elsewhere:
        sandbox.answer(
            endpoint, status=status, headers={"Location": elsewhere.token_url}, times=None
        )
        [error] = world.session().outcomes(times=1)

        assert isinstance(error, PersiumError)
        assert elsewhere.token_requests + elsewhere.api_requests == 0


def test_a_token_request_carries_no_token(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """And the secret is in its body only: not in the address, nor in a header."""
    seen: list[httpx.Request] = []

    def send(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        with httpx.Client() as client:
            return client.send(request)

    with httpx.Client(transport=httpx.MockTransport(send)) as own:
        Persium(**settings, http_client=own).identity.get_me()

    asked, called = seen
    assert "authorization" not in asked.headers
    assert sandbox.client_secret not in str(asked.url) + str(asked.headers.raw)
    assert sandbox.client_secret not in str(called.url) + str(called.headers.raw)
    assert called.content == b""


def test_the_search_can_find_something() -> None:
    """The canaries are found in every spelling."""
    assert all(search(spelling) for spelling in spellings(SECRET) + spellings(TOKEN))


def test_an_echo_is_not_quoted(world: World) -> None:
    """A port that speaks no HTTP and sends back what it gets makes no error with the secret."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        place = f"http://127.0.0.1:{server.server_address[1]}/token"
        session = world.session(
            token_url=place, client_secret=SECRET, share_token=False, retry=RetryPolicy(attempts=1)
        )
        (error,) = session.outcomes(times=1)
        server.shutdown()

    assert isinstance(error, TokenEndpointUnavailable)
    assert "illegal status line" in str(error)
    assert search(str(error), repr(error)) == []


class Echo(socketserver.BaseRequestHandler):
    """Sends back the body of what it gets."""

    def handle(self) -> None:
        """Wait for the secret, and answer with it."""
        got = b""
        while b"client_secret" not in got:
            got += self.request.recv(65536)
        self.request.sendall(got.partition(b"\r\n\r\n")[2] + b"\r\n\r\n")
