"""``PersiumAuth`` in users' own HTTP clients: sync, asyncio and trio."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from inspect import signature
from types import SimpleNamespace
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import (
    DeadlineExceeded,
    Persium,
    PersiumAuth,
    RetryPolicy,
    TokenEndpointUnavailable,
    TokenRefused,
    UnauthorizedError,
)
from persium_ext._http.messages import origin
from persium_ext._retry import budget
from persium_ext._runtime import clock as runtime_clock
from persium_ext.sandbox import Sandbox

Send = Callable[..., httpx.Response]
ONCE = RetryPolicy(attempts=1)


def awaitable(hook: Callable[..., None]) -> Callable[..., Any]:
    """Make an event hook for tasks."""

    async def call(message: object) -> None:
        hook(message)

    return call


@pytest.fixture(params=["sync", "asyncio", "trio"])
def send(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Send:
    """Send one request with an own HTTP client that ``PersiumAuth`` authenticates."""
    auths: dict[str, PersiumAuth] = {}

    base = settings["api_base_url"]

    def blocking(
        path: str = "/me", *, options: dict[str, Any] | None = None, **client: Any
    ) -> httpx.Response:
        auth = auths.setdefault("auth", PersiumAuth(**{**settings, **(options or {})}))
        with httpx.Client(base_url=base, auth=auth, **client) as opened:
            return opened.get(path)

    def awaiting(
        path: str = "/me", *, options: dict[str, Any] | None = None, **client: Any
    ) -> httpx.Response:
        for hooks in client.get("event_hooks", {}).values():
            hooks[:] = map(awaitable, hooks)

        async def call() -> httpx.Response:
            auth = PersiumAuth(**{**settings, **(options or {})})
            async with httpx.AsyncClient(base_url=base, auth=auth, **client) as opened:
                return await opened.get(path)

        return anyio.run(call, backend=request.param)

    return blocking if request.param == "sync" else awaiting


def test_it_adds_the_token(send: Send, sandbox: Sandbox) -> None:
    """This client shares the token of the process."""
    assert send().json()["client_id"] == sandbox.client_id
    assert send().status_code == 200
    assert sandbox.token_requests == 1


def test_the_401_rule(send: Send, sandbox: Sandbox) -> None:
    """TP-5: one renewal, one repetition; the token response is not in the history."""
    send()
    sandbox.revoke_tokens()

    response = send()

    assert response.status_code == 200
    assert [past.status_code for past in response.history] == [401]
    assert sandbox.token_requests == 2


def test_a_second_401_raises(send: Send, sandbox: Sandbox) -> None:
    """TP-6: the error has both challenges and the operation; a date is parsed."""
    headers = {"WWW-Authenticate": "Bearer", "Retry-After": "Wed, 21 Oct 2015 07:28:10 GMT"}
    sandbox.answer("getMe", status=401, headers=headers, times=2)

    with pytest.raises(UnauthorizedError) as caught:
        send()

    assert caught.value.challenges == ("Bearer", "Bearer")
    assert caught.value.operation == "GET /api/me"
    assert str(caught.value).startswith(
        "GET /api/me: HTTP 401 Unauthorized (Bearer; then Bearer) from GET http://"
    )
    assert caught.value.retry_after == 0


@pytest.mark.usefixtures("no_jitter")
def test_transient_statuses_are_retried(send: Send, sandbox: Sandbox) -> None:
    """A 503 is retried; a 404 is returned as a response."""
    sandbox.answer("getMe", status=503, times=2)

    assert send().status_code == 200
    assert send(path="/nowhere").status_code == 404
    assert sandbox.api_requests == 4


@pytest.mark.usefixtures("no_jitter")
def test_retries_end(send: Send, sandbox: Sandbox) -> None:
    """The response to the last attempt is returned."""
    sandbox.answer("getMe", status=503, times=9)

    assert send().status_code == 503
    assert sandbox.api_requests == 3


def test_retries_can_be_switched_off(send: Send, sandbox: Sandbox) -> None:
    """``RetryPolicy(attempts=1)`` disables retries here as well."""
    sandbox.answer("getMe", status=503, times=1)

    assert send(options={"retry": ONCE}).status_code == 503


def test_retries_have_the_budget_of_the_origin(send: Send, sandbox: Sandbox) -> None:
    """Retries of other clients count towards the budget of the origin."""
    while budget.spend(origin(sandbox.api_base_url), throttled=False):
        pass
    sandbox.answer("getMe", status=503, times=1)

    assert send().status_code == 503
    assert sandbox.api_requests == 1


def test_its_arguments_are_those_of_a_client(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """Arguments that ``Persium`` has as well have its defaults."""
    mine, theirs = signature(PersiumAuth).parameters, signature(Persium).parameters
    httpx.get(f"{sandbox.api_base_url}/me", auth=PersiumAuth(**settings))

    assert mine.keys() - theirs.keys() == {"async_http_client"}
    assert [name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name]] == []


def test_scope_is_requested(send: Send) -> None:
    """The token request has the scope."""
    with pytest.raises(TokenRefused, match="invalid_scope"):
        send(options={"scope": "everything"})


def test_a_proxy_is_used(send: Send, sandbox: Sandbox) -> None:
    """Token requests use the proxy; no server listens at this one."""
    with pytest.raises(TokenEndpointUnavailable):
        send(options={"proxy": "http://127.0.0.1:1", "retry": ONCE})

    assert sandbox.token_requests == 0


def test_own_client_for_token_requests(send: Send, sandbox: Sandbox) -> None:
    """Threads and tasks each have an HTTP client for token requests."""
    clients = {"http_client": httpx.Client, "async_http_client": httpx.AsyncClient}
    refuse = httpx.MockTransport(lambda _: httpx.Response(401, json={"error": "invalid_client"}))

    with pytest.raises(TokenRefused):
        send(options={name: kind(transport=refuse) for name, kind in clients.items()})

    assert sandbox.token_requests == 0


@pytest.mark.parametrize(
    ("options", "error"),
    [
        pytest.param({"timeout": 0.2, "retry": ONCE}, TokenEndpointUnavailable, id="timeout"),
        pytest.param({"deadline": 0.2}, DeadlineExceeded, id="deadline"),
    ],
)
def test_a_token_request_is_limited(
    send: Send, sandbox: Sandbox, options: Any, error: type[Exception]
) -> None:
    """A token request has its own time-out, and the deadline of the whole call."""
    sandbox.fault("stall", at="token", seconds=3)

    with pytest.raises(error):
        send(options=options)


def test_the_deadline_is_one_for_the_whole_call(
    send: Send, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The renewal after a 401 has the rest of the deadline: here none."""
    sandbox.answer("getMe", status=401, times=1)

    def pass_deadline(_: object) -> None:
        later = SimpleNamespace(**{**vars(time), "monotonic": lambda: time.monotonic() + 60})
        monkeypatch.setattr(runtime_clock, "time", later)

    with pytest.raises(DeadlineExceeded):
        send(event_hooks={"response": [pass_deadline]})

    assert (sandbox.token_requests, sandbox.api_requests) == (1, 1)


def test_the_client_keeps_its_own_time_out(send: Send, sandbox: Sandbox) -> None:
    """The time-out of the HTTP client applies to the call; its exception keeps no token."""
    sandbox.fault("stall", at="api", seconds=3)

    with pytest.raises(httpx.ReadTimeout) as caught:
        send(timeout=httpx.Timeout(60, read=0.2))

    assert "authorization" not in caught.value.request.headers


def test_a_refused_client(send: Send, sandbox: Sandbox) -> None:
    """No request is sent to the API without a token."""
    sandbox.client.rotate_secret()

    with pytest.raises(TokenRefused):
        send()

    assert sandbox.api_requests == 0


def test_the_token_goes_to_the_api_only(send: Send, sandbox: Sandbox) -> None:
    """TP-9: a request to another origin is refused before a token is requested."""
    with pytest.raises(ValueError, match="PersiumAuth") as caught:
        send(path="http://127.0.0.1:1/me")

    home = origin(sandbox.api_base_url)
    words = f"PersiumAuth sends the token to {home} only, not to http://127.0.0.1"
    assert str(caught.value) == words

    assert sandbox.token_requests == 0


def test_a_stream_is_not_sent_twice(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """The 401 of a consumed stream is reported, with the reason."""
    sandbox.answer("getMe", status=401, times=1)
    auth = PersiumAuth(**settings)
    with httpx.Client(auth=auth) as client, pytest.raises(UnauthorizedError) as caught:
        client.request("GET", f"{sandbox.api_base_url}/me", content=iter([b"a"]))

    assert "stream" in str(caught.value.hint)
    assert sandbox.api_requests == 1


class OddError(Exception):
    """What an event hook of a user raises."""


def raise_for_status(response: httpx.Response) -> None:
    """Raise as httpx does."""
    response.raise_for_status()


def raise_odd_error(response: httpx.Response) -> None:
    """Raise an exception of the user."""
    if response.is_error:
        raise OddError


@pytest.mark.parametrize(
    ("status", "token_requests"),
    [pytest.param(401, 2, id="refused token"), pytest.param(404, 1, id="another error")],
)
@pytest.mark.parametrize("hook", [raise_for_status, raise_odd_error])
def test_event_hook_that_raises(
    send: Send, sandbox: Sandbox, hook: Callable[..., None], status: int, token_requests: int
) -> None:
    """One call fails; a refused token goes, although httpx shows its 401 to the hook only."""
    sandbox.answer("getMe", status=status, times=1)

    with pytest.raises((httpx.HTTPStatusError, OddError)) as caught:
        send(event_hooks={"response": [hook]})

    assert send(event_hooks={"response": [hook]}).status_code == 200
    assert sandbox.token_requests == token_requests
    request = getattr(caught.value, "request", httpx.Request("GET", "/"))
    assert "authorization" not in request.headers


def raise_after_another_401(response: httpx.Response) -> None:
    """Raise, while a local variable holds the 401 of another request."""
    if response.is_error:
        response = httpx.Response(401)
        raise OddError(response)


def test_event_hook_that_holds_the_401_of_another_request(send: Send, sandbox: Sandbox) -> None:
    """The token stays, because it was not refused."""
    sandbox.answer("getMe", status=404, times=1)

    with pytest.raises(OddError):
        send(event_hooks={"response": [raise_after_another_401]})

    assert send().status_code == 200
    assert sandbox.token_requests == 1


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_same(settings: dict[str, Any], copied: Any) -> None:
    """It shares the token and the secret, so a copy needs none of its own."""
    auth = PersiumAuth(**settings)

    assert copied(auth) is auth


@pytest.mark.parametrize("follow", [True, False])
def test_a_redirect_keeps_no_token(
    settings: dict[str, Any], sandbox: Sandbox, *, follow: bool
) -> None:
    """Neither what a redirect led to, nor the request that would follow it, has the token."""
    sandbox.fault("redirect", at="api", status=307)
    with httpx.Client(auth=PersiumAuth(**settings), follow_redirects=follow) as client:
        response = client.get(f"{sandbox.api_base_url}/me")

    requests = [found.request for found in (response, *response.history)]
    requests += [response.next_request] if response.next_request else []
    assert len(requests) == 2
    assert [request.headers.get("Authorization") for request in requests] == [None, None]


def test_flow_that_is_left(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """A flow may be closed while no exception is handled: its request keeps no token."""
    flow = PersiumAuth(**settings).sync_auth_flow(
        httpx.Request("GET", f"{sandbox.api_base_url}/me")
    )
    sent = next(flow)

    flow.close()

    assert "Authorization" not in sent.headers
