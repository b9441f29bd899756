"""Single flight and cache under races: cancellation, forks, and a state machine against a model."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from persium_ext import (
    AsyncPersium,
    Persium,
    TokenEndpointUnavailable,
    TokenRefused,
    _process,
    _transport,
)
from persium_ext._oauth import Refusal
from persium_ext._secret import Secret
from persium_ext._token_cache import AccessToken, Moment
from persium_ext._token_store import MOST_SLOTS, Slot, TokenStore
from persium_ext.sandbox import Sandbox

TOKEN = {"access_token": "t", "expires_in": 300, "token_type": "Bearer"}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_thousand_tasks(settings: dict[str, Any], sandbox: Sandbox, backend: str) -> None:
    """A thousand tasks at once cost one token, and all get their answer."""
    answers: list[str] = []

    async def one(persium: AsyncPersium) -> None:
        answers.append((await persium.identity.get_me()).client_id)

    async def main() -> None:
        async with AsyncPersium(**settings) as persium, anyio.create_task_group() as tasks:
            for _ in range(1000):
                tasks.start_soon(one, persium)

    anyio.run(main, backend=backend)

    assert answers == [sandbox.client_id] * 1000
    assert sandbox.token_requests == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_leader_hands_over(backend: str) -> None:
    """The next waiter asks for the token itself; nobody waits for ever."""
    asked: list[str] = []
    answers: list[int] = []

    async def main() -> None:
        leader_waits = anyio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            if request.method == "GET":
                return httpx.Response(200, json={})
            asked.append(request.url.path)
            if len(asked) == 1:
                leader_waits.set()
                await anyio.sleep_forever()
            return httpx.Response(200, json=TOKEN)

        async def follow() -> None:
            answers.append((await persium.request("GET", "/x")).status_code)

        async def cancel() -> None:
            await leader_waits.wait()
            for _ in range(5):
                tasks.start_soon(follow)
            await anyio.wait_all_tasks_blocked()
            leader.cancel()

        persium = AsyncPersium(
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id="a",
            client_secret="b",
            http_client=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        )
        async with anyio.create_task_group() as tasks:
            with anyio.CancelScope() as leader:
                tasks.start_soon(cancel)
                await persium.request("GET", "/x")
                pytest.fail("the leader was not cancelled")

    anyio.run(main, backend=backend)

    assert answers == [200] * 5
    assert len(asked) == 2


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_follower_leaves_the_others(
    settings: dict[str, Any], sandbox: Sandbox, backend: str
) -> None:
    """The flight goes on without it."""
    sandbox.token_delay = 0.2
    answers: list[str] = []

    async def main() -> None:
        async with AsyncPersium(**settings) as persium:

            async def call() -> None:
                answers.append((await persium.identity.get_me()).client_id)

            async with anyio.create_task_group() as tasks:
                for _ in range(3):
                    tasks.start_soon(call)
                await anyio.sleep(0.02)
                with anyio.move_on_after(0.02):
                    await call()

    anyio.run(main, backend=backend)

    assert len(answers) == 3
    assert sandbox.token_requests == 1


def test_no_lock_is_held_while_the_wire_is_busy() -> None:
    """A client that waits for its own token endpoint keeps nobody else waiting."""
    go_on = threading.Event()

    def slow(_: httpx.Request) -> httpx.Response:
        go_on.wait(10)
        return httpx.Response(401, json={"error": "invalid_client"})

    def quick(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=TOKEN if request.method == "POST" else {})

    def client(name: str, answer: Any) -> Persium:
        return Persium(
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id=name,
            client_secret="b",
            http_client=httpx.Client(transport=httpx.MockTransport(answer)),
        )

    def refused() -> None:
        with pytest.raises(TokenRefused):
            client("slow", slow).access_token()

    waiting = threading.Thread(target=refused)
    waiting.start()

    assert client("quick", quick).access_token().reveal() == "t"
    assert waiting.is_alive()
    go_on.set()
    waiting.join(10)


# --- forks ---


def who(persium: Persium) -> bytes:
    """Call the API."""
    return persium.identity.get_me().client_id.encode()


def in_child(work: Any) -> bytes:
    """Fork, do *work* in the child, and return the bytes that it returned there."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover  # in the child
        try:
            os.write(writer, work())
        except BaseException as error:  # noqa: BLE001  # it is told to the parent
            os.write(writer, repr(error).encode())
        finally:
            os.kill(os.getpid(), signal.SIGKILL)  # no fixtures, no coverage, no exit handlers
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_starts_anew(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """It caches alone and has connections of its own; the parent's stay as they were."""
    with Persium(**settings) as persium:
        persium.identity.get_me()

        said = [in_child(lambda: who(persium)) for _ in range(3)]
        persium.identity.get_me()

    assert said == [sandbox.client_id.encode()] * 3
    assert sandbox.token_requests == 4
    assert sandbox.api_requests == 5


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_born_during_a_token_request_does_not_hang(
    settings: dict[str, Any], sandbox: Sandbox
) -> None:
    """The request under way is the parent's; the child asks for itself."""
    sandbox.token_delay = 0.3
    with Persium(**settings) as persium:
        leader = threading.Thread(target=persium.identity.get_me)
        leader.start()
        while not sandbox.token_requests:
            time.sleep(0.001)

        said = in_child(lambda: who(persium))
        leader.join(10)

    assert said == sandbox.client_id.encode()
    assert sandbox.token_requests == 2


def test_starting_anew_forgets_what_was_the_parents(
    settings: dict[str, Any], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a child does first, done here, where it can be watched from inside."""
    orphans: list[Any] = []
    monkeypatch.setattr(_transport, "_orphans", orphans)

    async def awaiting() -> str:
        async with AsyncPersium(**settings) as persium:
            before = (await persium.identity.get_me()).client_id
            _process.lock.acquire()
            _process.start_anew()
            for left in [orphan for orphan in orphans if hasattr(orphan, "values")]:
                for client in left.values():
                    await client.aclose()
            return before + (await persium.identity.get_me()).client_id

    with Persium(**settings) as persium:
        persium.identity.get_me()
        _process.lock.acquire()
        _process.start_anew()
        persium.identity.get_me()

        assert sandbox.token_requests == 2
        assert anyio.run(awaiting) == sandbox.client_id * 2
        assert sandbox.token_requests == 3
    for orphan in orphans:  # a child would leave them open
        if isinstance(orphan, httpx.Client):
            orphan.close()


# --- the store ---


def test_the_store_is_bounded() -> None:
    """Of too many credentials the oldest give way; those in use keep their slot."""
    store = TokenStore()

    def slot(secret: str) -> Slot:
        return store.slot(token_url="u", client_id="c", scope=None, secret=Secret(secret))

    first, second = slot("first"), slot("second")
    for number in range(MOST_SLOTS - 1):
        slot(str(number))
        slot("second")

    assert slot("second") is second
    assert slot("first") is not first


class SlotMachine(RuleBasedStateMachine):
    """A slot against a model: one number for the current token, and when it and a failure end."""

    def __init__(self) -> None:
        super().__init__()
        self.slot = Slot()
        self.now = 0.0
        self.skew = 0.0
        self.tokens: list[tuple[AccessToken, float]] = []
        self.current: int | None = None
        self.quiet_until = 0.0
        self.outages = 0

    def moment(self) -> Moment:
        """Both clocks; the wall clock may have been set."""
        return Moment(wall=1e9 + self.now + self.skew, steady=self.now)

    @rule(seconds=st.integers(0, 3200).map(lambda eighths: eighths / 8))
    def time_passes(self, seconds: float) -> None:
        """Let both clocks run."""
        self.now += seconds

    @rule(seconds=st.integers(-10_000, 0))
    def clock_is_set_back(self, seconds: float) -> None:
        """Somebody sets the wall clock back: a token must not live longer for it."""
        self.skew += seconds

    @rule(life=st.sampled_from([0, 29, 30, 31, 60, 300]), took=st.sampled_from([0.0, 0.5, 31.0]))
    def token_arrives(self, life: int, took: float) -> None:
        """A request that took a while brings a token."""
        sent = self.moment()
        self.now += took
        token = AccessToken(
            value=Secret(str(len(self.tokens))),
            token_type="Bearer",
            scope=None,
            expires_in=life,
            sent=sent,
            received=self.moment(),
        )
        self.tokens.append((token, sent.steady + life - 30))
        self.outages, self.quiet_until = 0, 0.0
        if life - took >= 30:
            self.current = len(self.tokens) - 1

        assert self.slot.keep(token, self.moment()) is token

    @rule(refused=st.booleans())
    def request_fails(self, refused: bool) -> None:  # noqa: FBT001  # hypothesis passes it
        """A request is refused, or finds nobody."""
        error: Any = (
            TokenRefused(status=401, error="no") if refused else TokenEndpointUnavailable("down")
        )
        pause = 60 if refused else [5, 10, 20, 30][min(self.outages, 3)]
        self.outages = 0 if refused else self.outages + 1
        self.quiet_until = self.now + pause

        assert self.slot.keep(Refusal(error=error), self.moment()) is error

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def a_token_is_refused_by_the_api(self, data: st.DataObject) -> None:
        """An early or a late 401: only the current token is dropped by it."""
        index = data.draw(st.integers(0, len(self.tokens) - 1))
        self.slot.forget(self.tokens[index][0])
        if index == self.current:
            self.current = None

    @invariant()
    def says_what_the_model_says(self) -> None:
        """A usable token comes first, then a failure that is remembered, else a request is due."""
        known = self.slot.known(self.moment())
        if self.current is not None and self.now <= self.tokens[self.current][1]:
            assert known is self.tokens[self.current][0]
        elif self.now < self.quiet_until:
            assert isinstance(known, Exception)
        else:
            assert known is None


TestSlot = SlotMachine.TestCase
TestSlot.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
