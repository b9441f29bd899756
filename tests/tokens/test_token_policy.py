"""The token policy, TP-1 to TP-10, at the wire: in threads, in asyncio and in trio."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import (
    AsyncPersium,
    DeadlineExceeded,
    Persium,
    RetryPolicy,
    SettingsError,
    TokenEndpointUnavailable,
    TokenRefused,
    TokenResponseInvalid,
    UnauthorizedError,
)
from persium_ext._runtime.single_flight import SingleFlight
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency, Session, get_me
from tests.support.token_gate import TokenGate

ME = {
    "client_id": "a",
    "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef",
    "label": "l",
    "all_organisations": False,
}


def test_a_call_gets_a_typed_answer(session: Session, sandbox: Sandbox) -> None:
    """Nothing is sent before the first call; that one costs a token and a request."""
    assert (sandbox.token_requests, sandbox.api_requests) == (0, 0)

    me = session.do()

    assert me.client_id == sandbox.client_id
    assert (sandbox.token_requests, sandbox.api_requests) == (1, 1)


def test_calls_and_clients_share_a_token(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """TP-1: a client for each piece of work costs no token of its own."""
    for _ in range(3):
        concurrency.session().outcomes(times=2)

    assert sandbox.api_requests == 6
    assert sandbox.token_requests == 1


def test_a_client_may_keep_its_token_to_itself(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """``share_token=False`` opts out."""
    for _ in range(2):
        concurrency.session(share_token=False).outcomes(times=2)

    assert sandbox.token_requests == 2


def test_other_credentials_have_another_token(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """A token belongs to a client id, a secret and a scope."""
    other = sandbox.add_client("other")
    concurrency.session().do()
    concurrency.session(scope="email").do()

    me = concurrency.session(client_id="other", client_secret=other.client_secret).do()
    sandbox.add_client("third").client_secret = sandbox.client_secret
    third = concurrency.session(client_id="third").do()

    assert (me.client_id, third.client_id) == ("other", "third")
    assert sandbox.token_requests == 4


@pytest.mark.parametrize(
    ("life", "age", "requests"),
    [
        pytest.param(300, 269, 1, id="31 s left"),
        pytest.param(300, 271, 2, id="29 s left"),
        pytest.param(300, 100_000, 2, id="long gone"),
        pytest.param(60, 29, 1, id="another life, 31 s left"),
        pytest.param(60, 31, 2, id="another life, 29 s left"),
    ],
)
def test_a_token_is_reused_while_30_s_remain(
    session: Session, sandbox: Sandbox, clock: Clock, life: float, age: float, requests: int
) -> None:
    """TP-2 and TP-3: its life is what the answer says, and its last 30 s are not used."""
    sandbox.token_life = life
    session.do()
    clock.advance(age)
    session.do()

    assert sandbox.token_requests == requests


@pytest.mark.parametrize(("wall", "steady"), [(-3600, 280), (280, 0)])
def test_neither_clock_prolongs_a_token(
    session: Session, sandbox: Sandbox, clock: Clock, wall: Any, steady: Any
) -> None:
    """A clock set back and a suspended machine both lead to a new token."""
    session.do()
    clock.wall += wall
    clock.steady += steady
    session.do()

    assert sandbox.token_requests == 2


def test_life_counts_from_when_the_request_was_sent(session: Session, sandbox: Sandbox) -> None:
    """TP-2: a token of 30 s that took a while to arrive never had 30 s."""
    sandbox.token_life, sandbox.token_delay = 30, 0.02
    session.do()
    session.do()

    assert sandbox.token_requests == 2


@pytest.mark.parametrize("life", [29, 2, 0, -10])
def test_a_short_token_serves_those_who_waited_and_is_not_kept(
    session: Session,
    sandbox: Sandbox,
    token_gate: TokenGate,
    caplog: pytest.LogCaptureFixture,
    life: float,
) -> None:
    """TP-3: a burst shares it, the next call asks again, and one warning says so."""
    sandbox.answer(
        "requestToken",
        status=200,
        body={"access_token": "t", "expires_in": life, "token_type": "Bearer"},
        times=2,
    )
    sandbox.answer("getMe", body=ME, times=11)

    burst = token_gate.burst(session, times=10)
    session.do()

    assert {me.label for me in burst} == {"l"}
    assert sandbox.token_requests == 2
    warnings = [r.message for r in caplog.records if r.levelno == logging.WARNING]
    assert [w for w in warnings if "every call will request one" in w] == warnings
    assert len(warnings) == 1


@pytest.mark.parametrize("times", [64])
def test_a_cold_burst_costs_one_token(
    session: Session, sandbox: Sandbox, token_gate: TokenGate, times: Any
) -> None:
    """TP-4: callers that come while a token request is in flight wait for it."""
    answers = token_gate.burst(session, times=times)

    assert {me.client_id for me in answers} == {sandbox.client_id}
    assert (sandbox.token_requests, sandbox.api_requests) == (1, times)


def test_a_burst_at_renewal_costs_one_token(
    session: Session, sandbox: Sandbox, clock: Clock, token_gate: TokenGate
) -> None:
    """TP-4 holds when the token has grown old, too."""
    session.do()
    clock.advance(275)

    token_gate.burst(session, times=20)

    assert sandbox.token_requests == 2


def test_threads_and_event_loops_share_one_flight(
    sandbox: Sandbox, settings: dict[str, Any], token_gate: TokenGate
) -> None:
    """TP-1, TP-4: blocking callers, asyncio and trio, all cold at once, cost one token."""
    barrier = threading.Barrier(6)
    labels: list[str] = []

    def blocking() -> None:
        with Persium(**settings) as persium:
            barrier.wait(60)
            labels.append(persium.identity.get_me().client_id)

    async def awaiting() -> None:
        async with AsyncPersium(**settings) as persium:
            barrier.wait(60)
            labels.append((await persium.identity.get_me()).client_id)

    threads = [threading.Thread(target=blocking) for _ in range(2)]
    for backend in ("asyncio", "trio"):
        threads += [
            threading.Thread(target=anyio.run, args=(awaiting,), kwargs={"backend": backend})
            for _ in range(2)
        ]
    with token_gate.closed():
        for thread in threads:
            thread.start()
        token_gate.wait_for_followers(5)
    for thread in threads:
        thread.join(60)

    assert labels == [sandbox.client_id] * 6
    assert sandbox.token_requests == 1


def test_a_token_that_came_just_before_is_taken(
    concurrency: Concurrency,
    sandbox: Sandbox,
    settings: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """TP-4: between a look at the cache and the request, somebody else may have been served."""
    joined: list[Any] = []
    join = SingleFlight[Any].join

    def late(flights: SingleFlight[Any], caller: Any, *, lease: float) -> Any:
        joined.append(flights)
        if len(joined) == 2:  # the first is the client's own, the second the credentials'
            with Persium(**settings) as other:
                other.identity.get_me()
        return join(flights, caller, lease=lease)

    monkeypatch.setattr(SingleFlight, "join", late)

    concurrency.session().do()

    assert len(joined) == 4
    assert (sandbox.token_requests, sandbox.api_requests) == (1, 2)


def test_a_leader_that_is_interrupted_hands_over(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """TP-4: what ends one thread, such as Ctrl-C, is no result that others share."""
    asked, go_on = threading.Event(), threading.Event()

    def secret() -> str:
        if asked.is_set():
            return sandbox.client_secret
        asked.set()
        go_on.wait(60)
        raise KeyboardInterrupt

    settings["client_secret"] = secret
    with Persium(**settings) as persium, ThreadPoolExecutor(2) as threads:
        interrupted = threads.submit(get_me, persium)
        asked.wait(60)
        follower = threads.submit(get_me, persium)
        token_gate.wait_for_followers(1)
        go_on.set()

        with pytest.raises(KeyboardInterrupt):
            interrupted.result(60)
        assert follower.result(60).client_id == sandbox.client_id

    assert sandbox.token_requests == 1


@pytest.mark.parametrize("fault", ["refuse", "stall"])
def test_an_endpoint_that_does_not_answer(
    concurrency: Concurrency, sandbox: Sandbox, fault: str
) -> None:
    """Each try of a token request has the time of a network operation, not of the whole call."""
    sandbox.fault(fault, at="token", seconds=3)
    session = concurrency.session(timeout=0.2, retry=RetryPolicy(attempts=1))

    [error] = session.outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    assert (error.status, error.attempts) == (None, 1)


def test_a_failure_is_shared(session: Session, sandbox: Sandbox, token_gate: TokenGate) -> None:
    """TP-4, TP-7: a burst with refused credentials costs one request; each caller gets an error."""
    sandbox.client.rotate_secret()

    errors = token_gate.burst(session, times=20)

    assert {type(error) for error in errors} == {TokenRefused}
    assert len({id(error) for error in errors}) == 20
    assert (sandbox.token_requests, sandbox.api_requests) == (1, 0)


def test_refused_credentials_are_remembered_for_a_minute(
    session: Session, sandbox: Sandbox, clock: Clock
) -> None:
    """Callers inside the cool-down get the same error without a request."""
    sandbox.client.rotate_secret()
    errors = [*session.outcomes(times=3), *session.outcomes(times=3)]
    clock.advance(61)
    errors += session.outcomes(times=1)

    assert {error.error for error in errors} == {"unauthorized_client"}
    assert sandbox.token_requests == 2


def test_a_rotated_secret_ends_the_cool_down(
    concurrency: Concurrency, sandbox: Sandbox, tmp_path: Path, clock: Clock
) -> None:
    """A secret that was just refused does not stand in the way of the new one."""
    file = tmp_path / "secret"
    file.write_text(sandbox.client_secret)
    session = concurrency.session(client_secret=None, client_secret_file=file)
    session.do()
    new = sandbox.client.rotate_secret()
    clock.advance(280)
    refused = session.outcomes(times=1)

    file.write_text(new)
    me = session.do()

    assert isinstance(refused[0], TokenRefused)
    assert me.client_id == sandbox.client_id
    assert sandbox.token_requests == 3


def test_the_secret_is_read_once_for_each_token_request(
    concurrency: Concurrency, sandbox: Sandbox, clock: Clock, token_gate: TokenGate
) -> None:
    """A function that returns the secret is not called by every caller of a burst."""
    asked: list[int] = []

    def secret() -> str:
        asked.append(1)
        return sandbox.client_secret

    session = concurrency.session(client_secret=secret)
    token_gate.burst(session, times=20)
    clock.advance(280)
    session.outcomes(times=20)

    assert (len(asked), sandbox.token_requests) == (2, 2)


def test_sources_of_the_same_secret_share_a_token(
    concurrency: Concurrency, sandbox: Sandbox, tmp_path: Path
) -> None:
    """TP-1: it is the credentials that count, not how a client came by them."""
    file = tmp_path / "secret"
    file.write_text(sandbox.client_secret)
    concurrency.session().do()
    concurrency.session(client_secret=None, client_secret_file=file).do()
    concurrency.session(client_secret=lambda: sandbox.client_secret).do()

    assert sandbox.token_requests == 1


@pytest.mark.usefixtures("no_jitter")
def test_an_outage_is_remembered_for_longer_each_time(
    session: Session, sandbox: Sandbox, clock: Clock
) -> None:
    """After three tries a process leaves the endpoint alone: 5 s, then 10."""
    sandbox.answer("requestToken", status=503, times=100)
    seen: list[int] = []
    for wait in (0, 4.9, 0.2, 9.7, 0.4):
        clock.advance(wait)
        assert isinstance(session.outcomes(times=1)[0], TokenEndpointUnavailable)
        seen.append(sandbox.token_requests)

    assert seen == [3, 3, 6, 6, 9]


def test_a_revoked_token_is_renewed_once(session: Session, sandbox: Sandbox) -> None:
    """TP-5: twenty callers whose token was revoked cost one renewal."""
    session.do()
    sandbox.revoke_tokens()

    answers = session.outcomes(times=20)

    assert {me.client_id for me in answers} == {sandbox.client_id}
    assert sandbox.token_requests == 2


def test_a_second_401_is_final(session: Session, sandbox: Sandbox) -> None:
    """TP-6: both challenges are reported, with a hint and the way to Troubleshooting."""
    challenges = ['Bearer error="invalid_token"', 'Bearer error="insufficient_user"']
    for challenge in challenges:
        sandbox.answer("getMe", status=401, headers={"WWW-Authenticate": challenge}, times=1)

    [error] = session.outcomes(times=1)

    assert isinstance(error, UnauthorizedError)
    assert error.challenges == tuple(challenges)
    assert all(challenge in str(error) for challenge in challenges)
    assert error.hint
    assert error.docs_url
    assert error.docs_url.endswith("#api-401")
    assert (error.attempts, error.status, error.operation) == (1, 401, "getMe")
    assert (sandbox.token_requests, sandbox.api_requests) == (2, 2)


def test_a_refused_token_is_never_sent_again(session: Session, sandbox: Sandbox) -> None:
    """TP-5: after a second 401 the fresh token is dropped, too."""
    sandbox.answer("getMe", status=401, times=2)
    session.outcomes(times=1)

    session.do()

    assert sandbox.token_requests == 3


@pytest.mark.usefixtures("no_jitter")
def test_the_401_rule_holds_for_the_call_not_for_the_attempt(
    session: Session, sandbox: Sandbox
) -> None:
    """TP-6: a 401, a renewal, a 503, a retry, and then a 401 again: that is the second one."""
    sandbox.answer("getMe", status=401, times=1)
    sandbox.answer("getMe", status=503, times=1)
    sandbox.answer("getMe", status=401, times=1)

    [error] = session.outcomes(times=1)

    assert isinstance(error, UnauthorizedError)
    assert (error.attempts, len(error.challenges)) == (2, 2)
    assert (sandbox.token_requests, sandbox.api_requests) == (2, 3)


@pytest.mark.parametrize(
    ("status", "body"),
    [(401, {"error": "x"}), (400, {"error": "temporarily_unavailable"}), (401, "")],
)
def test_a_400_or_401_of_the_token_endpoint_is_final(
    session: Session, sandbox: Sandbox, status: int, body: Any
) -> None:
    """TP-7: wrong credentials don't become right by repetition."""
    sandbox.answer("requestToken", status=status, body=body, times=9)

    [error] = session.outcomes(times=1)

    assert isinstance(error, TokenRefused | TokenResponseInvalid)
    assert sandbox.token_requests == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"status": 503}, id="503"),
        pytest.param({"status": 429, "headers": {"Retry-After": "0"}}, id="429"),
        pytest.param({"status": 200, "body": b"<html>"}, id="HTML"),
        pytest.param({"status": 403, "body": {"error": "temporarily_unavailable"}}, id="temporary"),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_the_token_endpoint_gets_another_chance(
    session: Session, sandbox: Sandbox, answer: Any
) -> None:
    """TP-8: overload and pages of proxies pass."""
    sandbox.answer("requestToken", times=2, **answer)

    session.do()

    assert sandbox.token_requests == 3


def test_a_token_endpoint_that_asks_for_minutes_is_not_waited_for(
    session: Session, sandbox: Sandbox
) -> None:
    """TP-8: a ``Retry-After`` of more than 60 s is the caller's to keep."""
    sandbox.answer("requestToken", status=429, headers={"Retry-After": "300"}, times=9)

    [error] = session.outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    assert (error.status, error.retry_after, error.attempts) == (429, 300, 1)


@pytest.mark.parametrize("endpoint", ["token", "api"])
def test_the_deadline_bounds_a_call(
    concurrency: Concurrency, sandbox: Sandbox, endpoint: Any
) -> None:
    """One total time holds over the token request and the call itself."""
    setattr(sandbox, f"{endpoint}_delay", 5.0)

    [error] = concurrency.session(deadline=0.2).outcomes(times=1)

    assert isinstance(error, DeadlineExceeded)
    assert error.deadline == 0.2


def test_a_leader_out_of_time_hands_over(
    concurrency: Concurrency, sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """TP-4: its deadline is its own; a caller with more time goes on, and gets the token."""
    hasty = concurrency.session(deadline=2.0)
    patient = concurrency.session(deadline=60)
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.extend(hasty.outcomes(times=1)))
    with token_gate.closed(), ThreadPoolExecutor(1) as threads:
        thread.start()
        token_gate.wait_for_request()
        served = threads.submit(patient.do)
        token_gate.wait_for_followers(1)
        thread.join(60)
        token_gate.wait_for_request()
        token_gate.open()

        me = served.result(60)

    assert me.client_id == sandbox.client_id
    assert isinstance(results[0], DeadlineExceeded)
    assert sandbox.token_requests == 2


def test_a_secret_file_that_vanished(
    concurrency: Concurrency, sandbox: Sandbox, tmp_path: Path
) -> None:
    """It is read at the token request, and its absence is each caller's error."""
    file = tmp_path / "secret"
    file.write_text(sandbox.client_secret)
    session = concurrency.session(client_secret=None, client_secret_file=file)
    file.unlink()

    errors = session.outcomes(times=3)

    assert [str(error).split(":")[0] for error in errors] == ["CLIENT_SECRET_FILE"] * 3
    assert all(isinstance(error, SettingsError) for error in errors)
    assert sandbox.token_requests == 0


def test_a_secret_function_that_fails(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """The caller sees the cause."""

    def vault() -> str:
        raise ConnectionError("sealed")

    [error] = concurrency.session(client_secret=vault).outcomes(times=1)

    assert isinstance(error, SettingsError)
    assert isinstance(error.__cause__, ConnectionError)
    assert sandbox.token_requests == 0


def test_a_token_that_grew_old_on_its_way_to_the_caller(
    session: Session, sandbox: Sandbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """TP-2: a caller that slept too long over a good token asks again, and sends none with less."""

    class Sleep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            """The token has arrived; the caller wakes up when it is nearly over."""
            del record
            if sandbox.token_requests == 1:
                clock.advance(280)

    caplog.set_level(logging.DEBUG, "persium_ext")
    handler = Sleep()
    logging.getLogger("persium_ext").addHandler(handler)
    try:
        session.do()
    finally:
        logging.getLogger("persium_ext").removeHandler(handler)

    assert sandbox.token_requests == 2


def test_an_event_loop_that_was_blocked_past_the_deadline() -> None:
    """A failure that comes after the deadline is the deadline's."""

    async def blocked(_: httpx.Request) -> httpx.Response:
        time.sleep(0.1)  # noqa: ASYNC251  # that is what blocks it
        raise httpx.ConnectTimeout("too late")

    async def call() -> None:
        own = httpx.AsyncClient(transport=httpx.MockTransport(blocked))
        persium = AsyncPersium(
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id="a",
            client_secret="b",
            http_client=own,
            deadline=0.05,
        )
        with pytest.raises(DeadlineExceeded):
            await persium.identity.get_me()

    anyio.run(call)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_mock_transport_of_ones_own(backend: str) -> None:
    """``httpx.MockTransport`` answers both requests of a client for tasks."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = {"access_token": "t", "expires_in": 300, "token_type": "Bearer"}
        return httpx.Response(200, json=body if request.url.path == "/token" else ME)

    async def call() -> str:
        own = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with AsyncPersium(
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id="a",
            client_secret="b",
            http_client=own,
        ) as persium:
            return (await persium.identity.get_me()).label

    assert anyio.run(call, backend=backend) == "l"


def test_access_token(session: Session, sandbox: Sandbox) -> None:
    """The token itself can be had, for use outside the client; it is the same one."""
    token = session.do(lambda persium: persium.access_token())
    session.do()

    assert token.reveal()
    assert (token.token_type, token.expires_in) == ("Bearer", 300)
    assert sandbox.token_requests == 1


def test_access_token_in_time_or_not_at_all(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """It has a deadline, too."""
    sandbox.token_delay = 5.0

    [error] = concurrency.session(deadline=0.1).outcomes(lambda p: p.access_token(), times=1)

    assert isinstance(error, DeadlineExceeded)


def test_a_late_401_never_throws_away_a_newer_token() -> None:
    """TP-5: a call that was refused with the old token uses the new one that is there by then."""
    tokens = iter(["old", "new", "surplus"])
    slow_may_go = threading.Event()
    slow_is_there = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            body = {"access_token": next(tokens), "expires_in": 300, "token_type": "Bearer"}
            return httpx.Response(200, json=body)
        if request.headers["authorization"] != "Bearer old":
            return httpx.Response(200, json={})
        if request.url.path == "/slow":
            slow_is_there.set()
            slow_may_go.wait(60)
        return httpx.Response(401)

    with Persium(
        token_url="https://auth.example/token",
        api_base_url="https://api.example",
        client_id="a",
        client_secret="b",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
    ) as persium:
        slow = threading.Thread(target=persium.request, args=("GET", "/slow"))
        slow.start()
        slow_is_there.wait(60)
        persium.request("GET", "/fast")
        slow_may_go.set()
        slow.join(60)

        assert persium.access_token().reveal() == "new"
    assert next(tokens) == "surplus"
