"""What hooks are told, in each concurrency backend, and what they can't break."""

from __future__ import annotations

import pickle
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from persium_ext import (
    CallEvent,
    Hooks,
    Persium,
    PersiumAuth,
    RetryEvent,
    RetryPolicy,
    SettingsError,
    TokenEvent,
)
from persium_ext.hooks import CallStart
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency
from tests.support.hooks import Recorder
from tests.support.values import UNDOCUMENTED_STATUS


@pytest.fixture
def hooks() -> Recorder:
    """Hooks that keep what they are told."""
    return Recorder()


def test_order(concurrency: Concurrency, sandbox: Sandbox, hooks: Recorder) -> None:
    """The token request is inside the call, and each is told about before its context ends."""
    concurrency.session(hooks=hooks).do()

    kinds = [event if isinstance(event, str) else type(event) for event in hooks.events]
    token = [f"> {sandbox.token_url}", TokenEvent, "<"]
    assert kinds == ["> getMe GET", *token, CallEvent, "<"]


def test_call(concurrency: Concurrency, sandbox: Sandbox, hooks: Recorder, clock: Clock) -> None:
    """A success has its status, its duration and the age of its token."""
    session = concurrency.session(hooks=hooks)
    session.do()
    clock.advance(100)

    session.do()

    [_, event] = hooks.of(CallEvent)
    assert (event.operation, event.method) == ("getMe", "GET")
    assert event.url == f"{sandbox.api_base_url}/me"
    assert (event.status, event.error, event.attempts) == (200, None, 1)
    assert (event.duration, event.token_age) == pytest.approx((0, 100))


def test_failed_call(concurrency: Concurrency, sandbox: Sandbox, hooks: Recorder) -> None:
    """An error has its class and status, and the context learns of it."""
    sandbox.answer("getMe", status=UNDOCUMENTED_STATUS, headers={"X-Request-Id": "r-1"})

    concurrency.session(hooks=hooks).outcomes(times=1)

    [event] = hooks.of(CallEvent)
    assert (event.status, event.error) == (UNDOCUMENTED_STATUS, "ApiStatusError")
    assert event.request_id == "r-1"
    assert hooks.events[-1] == "< ApiStatusError"


def test_call_without_a_token(concurrency: Concurrency, sandbox: Sandbox, hooks: Recorder) -> None:
    """If there is no token, its age is not known, and the API was not called."""
    sandbox.answer("requestToken", status=401, body={"error": "invalid_client"})

    concurrency.session(hooks=hooks).outcomes(times=1)

    [token], [call] = hooks.of(TokenEvent), hooks.of(CallEvent)
    assert (token.error, token.expires_in, token.cooldown) == ("TokenRefused", None, 60)
    assert (call.error, call.status, call.token_age) == ("TokenRefused", None, None)


@pytest.mark.usefixtures("no_jitter")
def test_retry(concurrency: Concurrency, sandbox: Sandbox, hooks: Recorder) -> None:
    """Each wait is told about, of calls and of token requests."""
    sandbox.answer("requestToken", status=503, times=1)
    sandbox.answer("getMe", status=503, times=2)

    concurrency.session(hooks=hooks).do()

    found = [(event.operation, event.attempt, event.status) for event in hooks.of(RetryEvent)]
    assert found == [("token request", 1, 503), ("getMe", 1, 503), ("getMe", 2, 503)]
    assert {event.origin for event in hooks.of(RetryEvent)} == {
        str(httpx.URL(url).join("/")).rstrip("/")
        for url in (sandbox.token_url, sandbox.api_base_url)
    }
    assert hooks.of(CallEvent)[0].attempts == 3


def test_reasons(concurrency: Concurrency, sandbox: Sandbox, hooks: Recorder, clock: Clock) -> None:
    """A token is requested because there is none, it expires, or the API refused it."""
    session = concurrency.session(hooks=hooks)
    session.do()
    clock.advance(280)
    session.do()
    sandbox.revoke_tokens()
    session.do()

    events = hooks.of(TokenEvent)
    assert [event.reason for event in events] == ["none", "expiring", "unauthorized"]
    assert {(event.expires_in, event.url) for event in events} == {(300, sandbox.token_url)}


def test_reason_of_a_refresh(
    concurrency: Concurrency, hooks: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``spread_refresh`` it is requested ahead of time."""
    monkeypatch.setattr("random.random", lambda: 0.5)  # due at 75 % of the token's life
    session = concurrency.session(hooks=hooks, spread_refresh=True)
    session.do()
    clock.advance(230)
    session.do()

    assert [event.reason for event in hooks.of(TokenEvent)] == ["none", "ahead"]


def failing(name: str) -> Any:
    """Return a hook that raises what no client expects."""

    def fail(*_: object) -> Any:
        raise RuntimeError("of the hook")

    fail.__qualname__ = name
    return fail


class Broken(Hooks):
    """Every hook raises an exception."""

    on_token, on_call, on_retry = failing("on_token"), failing("on_call"), failing("on_retry")
    around_token = failing("around_token")


class BrokenEnter(Broken):
    """Its contexts fail at their start."""

    around_call = contextmanager(failing("around_call"))


class BrokenExit(Broken):
    """Its contexts fail at their end."""

    @contextmanager
    def around_call(self, start: CallStart) -> Generator[None]:
        """Fail at the end."""
        del start
        try:
            yield
        finally:
            failing("exit")()


@pytest.mark.parametrize(("kind", "records"), [(Broken, 4), (BrokenEnter, 5), (BrokenExit, 5)])
@pytest.mark.usefixtures("no_jitter")
def test_hook_that_raises(
    concurrency: Concurrency,
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    kind: type[Hooks],
    records: int,
) -> None:
    """The calls go on, and the exception of each hook is logged once, with its traceback."""
    sandbox.answer("getMe", status=503, times=1)
    session = concurrency.session(hooks=kind())

    labels = {session.do().client_id for _ in range(3)}

    assert labels == {sandbox.client_id}
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == records
    assert all("it is ignored" in record.getMessage() for record in warnings)
    assert "of the hook" in caplog.text


def test_hooks_that_do_nothing(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """What a program does not override has no effect."""
    assert concurrency.session(hooks=Hooks()).do().client_id == sandbox.client_id


def test_error_is_not_replaced(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """A context that fails while it learns of an error does not hide it."""
    sandbox.answer("getMe", status=UNDOCUMENTED_STATUS)

    [error] = concurrency.session(hooks=BrokenExit()).outcomes(times=1)

    assert error.status == UNDOCUMENTED_STATUS


def test_hooks_of_an_auth(settings: dict[str, Any], sandbox: Sandbox, hooks: Recorder) -> None:
    """``PersiumAuth`` has hooks for its token requests and retries."""
    sandbox.answer("getMe", status=503, headers={"Retry-After": "0"}, times=1)

    with httpx.Client(auth=PersiumAuth(**settings, hooks=hooks)) as client:
        client.get(f"{sandbox.api_base_url}/me").raise_for_status()

    assert [event.operation for event in hooks.of(RetryEvent)] == ["GET /api/me"]
    assert len(hooks.of(TokenEvent)) == 1


def test_copy_with_options(settings: dict[str, Any], hooks: Recorder) -> None:
    """A copy with other options has the same hooks."""
    with Persium(**settings, hooks=hooks) as persium:
        persium.with_options(retry=RetryPolicy(attempts=1)).identity.get_me()

    assert len(hooks.of(CallEvent)) == 1


def test_pickle_has_the_hooks(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process has its own copy of them."""
    for name in ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(name, settings[name.lower()])

    again = pickle.loads(pickle.dumps(Persium(hooks=Recorder())))  # noqa: S301  # just written
    again.identity.get_me()

    assert len(vars(again)["_executor"].options.hooks.of(CallEvent)) == 1


def test_what_is_no_hooks(settings: dict[str, Any]) -> None:
    """Another object is an error when the client is made."""
    with pytest.raises(SettingsError, match="hooks has to be an object of a subclass of Hooks"):
        Persium(**settings, hooks=print)  # type: ignore[arg-type]  # callers may be untyped
