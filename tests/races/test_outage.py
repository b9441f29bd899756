"""The token endpoint is down, the API fails, the secret is wrong: who notices, what it costs."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from persium_ext import (
    Persium,
    PersiumError,
    ServiceUnavailableError,
    TokenEndpointUnavailable,
    TokenRefused,
)
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency, Session


def minute(session: Session, clock: Clock, *, seconds: int = 60) -> list[Counter[str]]:
    """Three callers at once, each second; the outcomes of each second, by name."""
    outcomes: list[Counter[str]] = []
    for _ in range(seconds):
        outcomes.append(Counter(type(it).__name__ for it in session.outcomes(times=3)))
        clock.advance(1)
    return outcomes


SERVED = Counter({"Me": 3})
WRONG_SECRET = "Invalid client or Invalid client credentials"
DOWN = Counter({"TokenEndpointUnavailable": 3})


@pytest.mark.usefixtures("no_jitter")
def test_a_minute_without_token_endpoint(session: Session, sandbox: Sandbox, clock: Clock) -> None:
    """Who has a token notices nothing; who has none costs twelve requests a minute in all.

    Tries are at 0, 5, 15 and 35 s, three requests each; a new token comes with the first call after
    65 s.
    """
    sandbox.answer("requestToken", status=503, times=None)
    outage = minute(session, clock)
    requests = sandbox.token_requests
    sandbox.clear_answers()
    after = minute(session, clock, seconds=8)

    assert outage == [DOWN] * 60
    assert requests == 12
    assert after == [DOWN] * 5 + [SERVED] * 3
    assert sandbox.token_requests == requests + 1


@pytest.mark.usefixtures("no_jitter")
def test_a_token_outlasts_an_outage_until_its_last_30_s(
    session: Session, sandbox: Sandbox, clock: Clock
) -> None:
    """An outage that begins when 60 s are left is noticed after 30 s, and costs nine requests."""
    session.do()
    sandbox.answer("requestToken", status=503, times=None)
    clock.advance(239.5)
    outage = minute(session, clock)

    assert outage == [SERVED] * 31 + [DOWN] * 29
    assert sandbox.token_requests == 1 + 9


@pytest.mark.usefixtures("no_jitter")
def test_who_renews_early_does_not_notice(
    concurrency: Concurrency, sandbox: Sandbox, clock: Clock
) -> None:
    """With ``spread_refresh`` the renewal falls into the outage; the old token serves throughout.

    Each try is one request: at 0, 5, 15 and 35 s.
    """
    session = concurrency.session(spread_refresh=True)
    session.do()
    sandbox.answer("requestToken", status=503, times=None)
    clock.advance(200)  # 60 % are over at 180 s, and without jitter that is the moment
    outage = minute(session, clock)
    requests = sandbox.token_requests
    sandbox.clear_answers()
    after = minute(session, clock, seconds=8)

    assert outage + after == [SERVED] * 68
    assert requests == 1 + 4
    assert sandbox.token_requests == requests + 1


@pytest.mark.usefixtures("no_jitter")
def test_the_retry_budget_holds_in_the_long_run(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """Against an API that only fails there is one request for each call, and a tenth more."""
    sandbox.answer("getMe", status=503, times=None)
    with Persium(**settings) as persium:
        for _ in range(350):
            with pytest.raises(ServiceUnavailableError):
                persium.identity.get_me()

    assert sandbox.api_requests <= 1.1 * 350
    assert sandbox.api_requests == 350 + 500 // 14


@pytest.mark.races
@pytest.mark.usefixtures("no_jitter")
@pytest.mark.parametrize(("good", "most"), [(0, 1.01), (10, 1.11), (90, 1.11)])
def test_the_retry_budget_of_ten_thousand_calls(good: int, most: float) -> None:
    """Whatever part of the answers is good (per cent), retries stay few."""
    count = Counter[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        count[request.method] += 1
        if request.method == "POST":
            return httpx.Response(
                200, json={"access_token": "t", "expires_in": 300, "token_type": "Bearer"}
            )
        return httpx.Response(200 if count["GET"] * 37 % 100 < good else 503, json={})

    with Persium(
        token_url="https://auth.example/token",
        api_base_url="https://api.example",
        client_id="a",
        client_secret="b",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
    ) as persium:
        for _ in range(10_000):
            try:
                persium.request("GET", "/x")
            except PersiumError:
                count["failed"] += 1

    assert count["GET"] <= most * 10_000
    assert (count["failed"] == 10_000) is (good == 0)


@pytest.mark.parametrize("at_once", [1, 50])
def test_a_wrong_secret(session: Session, sandbox: Sandbox, clock: Clock, at_once: int) -> None:
    """A thousand calls inside the cool-down cost one request; each caller is told everything."""
    sandbox.client.rotate_secret()

    errors: list[Any] = []
    for _ in range(1000 // at_once):
        errors += session.outcomes(times=at_once) if at_once > 1 else [failure_of(session)]
        clock.advance(0.05)

    assert len(errors) == 1000
    assert {(type(error), error.error, error.status) for error in errors} == {
        (TokenRefused, "unauthorized_client", 401)
    }
    assert {error.error_description for error in errors} == {WRONG_SECRET}
    assert all("CLIENT_SECRET" in error.hint for error in errors)
    assert all("#" in error.docs_url for error in errors)
    assert (sandbox.token_requests, sandbox.api_requests) == (1, 0)


def failure_of(session: Session) -> PersiumError:
    """Call once, in vain."""
    with pytest.raises(PersiumError) as raised:
        session.do()
    return raised.value


# --- in real time ---


class Load:
    """Threads that call all the time, and remember each result with its time."""

    def __init__(self, persium: Persium, *, threads: int = 8) -> None:
        self.outcomes: list[tuple[float, str]] = []
        self._persium = persium
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._call) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def _call(self) -> None:
        while not self._over.wait(0.02):
            try:
                outcome = type(self._persium.identity.get_me()).__name__
            except PersiumError as error:
                outcome = type(error).__name__
            self.outcomes.append((time.monotonic(), outcome))

    def stop(self) -> None:
        """Let the last calls end."""
        self._over.set()
        for thread in self._threads:
            thread.join(70)


def _no_answers(endpoint: Sandbox) -> Callable[[], object]:
    endpoint.answer("requestToken", status=503, times=None)
    return endpoint.clear_answers


def _nobody_listens(endpoint: Sandbox) -> Callable[[], object]:
    endpoint.stop()
    return endpoint.start


@pytest.mark.races
@pytest.mark.parametrize("down", [_no_answers, _nobody_listens])
def test_a_minute_in_real_time(down: Callable[[Sandbox], Callable[[], object]]) -> None:
    """Eight threads under load: served for as long as the token may be, then again within 30 s."""
    with Sandbox() as endpoint, Sandbox(tokens=endpoint._tokens) as api:  # noqa: SLF001  # one judge
        endpoint.token_life = 50
        with Persium(
            token_url=endpoint.token_url,
            api_base_url=api.api_base_url,
            client_id=endpoint.client_id,
            client_secret=endpoint.client_secret,
        ) as persium:
            persium.identity.get_me()
            load, began = Load(persium), time.monotonic()
            up = down(endpoint)
            time.sleep(60)
            requests = endpoint.token_requests
            up()
            recovered = time.monotonic()
            time.sleep(32)
            load.stop()

    served = [at for at, outcome in load.outcomes if outcome == "Me"]
    first_failure = min(at for at, outcome in load.outcomes if outcome != "Me")
    again = min(at for at in served if at > recovered)
    print(  # noqa: T201  # `make races` shows it
        f"{len(load.outcomes)} calls, {requests} token requests, served for "
        f"{first_failure - began:.1f} s of the outage, again {again - recovered:.1f} s after it"
    )
    assert {outcome for _, outcome in load.outcomes} == {"Me", TokenEndpointUnavailable.__name__}
    assert first_failure - began > 19
    assert requests <= 1 + 12
    assert again - recovered < 31
    assert all(outcome == "Me" for at, outcome in load.outcomes if at > again + 1)
