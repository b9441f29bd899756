"""Cache and single flight together, against a model: hypothesis decides who does what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from persium_ext import PersiumError
from persium_ext._runtime.clock import OutOfTimeError
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.cache import TokenCache

from .model import Model
from .scripted import Loop, Origin, Task, TokenRequest, Wire, forget_hangs, response, set_clocks

SECRETS = ["a", "a", "b"]
"""Two sources share their credentials at first, one has others."""


@dataclass(eq=False)
class Call:
    """A caller: its task, which source it asks, and when its time is over."""

    task: Task
    source: int
    over_at: float


class Machine(RuleBasedStateMachine):
    """Three sources of one process in one event loop whose time stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(SECRETS)
        self.now = self.model.now
        self.patch = pytest.MonkeyPatch()
        set_clocks(self.now, self.patch)
        forget_hangs(self.patch)
        self.loop = Loop(self.now)
        self.wire = Wire()
        cache = TokenCache()
        self.origins = [Origin(self.wire, cache, secret) for secret in SECRETS]
        self.calls: list[Call] = []
        self.tokens: list[AccessToken] = []
        self.count = 0

    # --- callers ---

    @rule(source=st.sampled_from([0, 1, 2]), patience=st.sampled_from([None, 3.0, 20.0, 90.0]))
    def call(self, source: int, patience: float | None) -> None:
        """Somebody wants a token, and waits that long for it."""
        self.count += 1
        if patience is not None:
            patience += self.count / 1024  # no two at once
        over_at = float("inf") if patience is None else self.now.monotonic + patience
        task = self.loop.create_task(self.origins[source].call(patience))
        self.calls.append(Call(task, source, over_at))
        self.model.call(self.model.sources[source], task)
        self.loop.settle()

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """A caller goes away."""
        call = data.draw(st.sampled_from(self.waiting))
        call.task.cancel()
        self._leave(call)

    @property
    def waiting(self) -> list[Call]:
        """Those who have nothing yet."""
        return [call for call in self.calls if not call.task.done()]

    def _leave(self, call: Call) -> None:
        leads = self.origins[call.source].leader is call.task
        asks = any(request.asks is call.task for request in self.wire.waiting)
        self.model.leave(self.model.sources[call.source], call.task, leads=leads, asks=asks)
        self.loop.settle()
        self.calls.remove(call)
        assert call.task.done()

    # --- the token endpoint ---

    @precondition(lambda self: self.wire.waiting)
    @rule(
        data=st.data(),
        life=st.sampled_from([0, 20, 30, 31, 60, 300]),
        asleep=st.sampled_from([0, 0, 0, 0.5, 25, 280, 3600]),
    )
    def token_comes(self, data: st.DataObject, life: int, asleep: float) -> None:
        """A request brings a token; the machine may sleep before anybody reads it."""
        request = self._draw(data)
        value = f"token-{self.count}"
        self.count += 1
        self.now.wall += asleep
        self.now.steady += asleep
        body = {"access_token": value, "expires_in": life, "token_type": "Bearer"}
        request.answer.set_result(response(200, body))
        self.model.token_comes(self.model.credentials[request.secret], value, life)
        self.loop.settle()

    @precondition(lambda self: self.wire.waiting)
    @rule(data=st.data(), refused=st.booleans())
    def failure_comes(self, data: st.DataObject, refused: bool) -> None:  # noqa: FBT001  # hypothesis passes it
        """A request is refused, or meets an outage."""
        request = self._draw(data)
        body = {"error": "unauthorized_client"}
        request.answer.set_result(response(401 if refused else 503, body))
        self.model.failure_comes(
            self.model.credentials[request.secret],
            "TokenRefused" if refused else "TokenEndpointUnavailable",
            refused=refused,
        )
        self.loop.settle()

    def _draw(self, data: st.DataObject) -> TokenRequest:
        return data.draw(st.sampled_from(self.wire.waiting))

    # --- the environment ---

    @rule(seconds=st.sampled_from([0.5, 4, 6, 11, 29.5, 30.5, 61, 240, 269.5]))
    def time_passes(self, seconds: float) -> None:
        """Clocks run; who has no time left goes, one after the other."""
        until = self.now.monotonic + seconds
        while leaving := [call for call in self.waiting if call.over_at <= until]:
            first = min(leaving, key=lambda call: call.over_at)
            self.now.run(first.over_at + 1e-6 - self.now.monotonic)
            self._leave(first)
            assert isinstance(first.task.result(), OutOfTimeError)
        self.now.run(max(0.0, until - self.now.monotonic))
        self.loop.settle()

    @rule(seconds=st.sampled_from([-3600, -280, -10, 10, 280, 3600]))
    def wall_clock_is_set(self, seconds: float) -> None:
        """Back or forward."""
        self.now.wall += seconds

    @rule(seconds=st.sampled_from([10, 280, 3600]))
    def machine_sleeps(self, seconds: float) -> None:
        """Time-outs don't notice it, tokens do."""
        self.now.wall += seconds
        self.now.steady += seconds

    @rule(source=st.sampled_from([0, 1, 2]), secret=st.sampled_from(["a", "b", "c"]))
    def secret_changes(self, source: int, secret: str) -> None:
        """A secret is rotated: the next token request reads the new one."""
        self.origins[source].secret = self.model.sources[source].secret = secret

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), source=st.sampled_from([0, 1, 2]))
    def token_is_refused(self, data: st.DataObject, source: int) -> None:
        """A 401 of the API, early or late."""
        token = data.draw(st.sampled_from(self.tokens[-3:]))
        self.origins[source].source.invalidate(token)
        self.model.forget(self.model.sources[source], token.reveal())

    # --- what has to hold ---

    @invariant()
    def says_what_the_model_says(self) -> None:
        """Same requests, same outcomes, and nobody waits whom the model has served."""
        assert self.wire.count == self.model.requests
        asked = sorted(name for name, one in self.model.credentials.items() if one.asked_at)
        assert sorted(request.secret for request in self.wire.waiting) == asked
        for call in self.calls:
            self._check(call)
        self.calls = self.waiting

    def _check(self, call: Call) -> None:
        expected = self.model.outcomes.get(call.task)
        assert call.task.done() == (expected is not None)
        if expected is None:
            return
        outcome = call.task.result()
        if isinstance(outcome, AccessToken):
            self.tokens.append(outcome)
        assert (outcome.reveal() if isinstance(outcome, AccessToken) else kind(outcome)) == expected

    def teardown(self) -> None:
        """When all callers have gone, nothing is left behind, and a new caller is served."""
        for call in self.waiting:
            call.task.cancel()
        self.loop.settle()
        assert not self.wire.waiting
        self.now.run(100_000)
        fresh = [self.loop.create_task(origin.call(None)) for origin in self.origins]
        self.loop.settle()
        for request in list(self.wire.waiting):
            request.answer.set_result(
                response(200, {"access_token": "x", "expires_in": 300, "token_type": "Bearer"})
            )
        self.loop.settle()
        tokens = [task.result() for task in fresh]
        assert [isinstance(it, AccessToken) and it.reveal() for it in tokens] == ["x"] * 3
        self.loop.close()
        self.patch.undo()


def kind(error: Any) -> str:
    """Name an error."""
    assert isinstance(error, PersiumError)
    return type(error).__name__


TestMachine = Machine.TestCase
TestMachine.settings = hypothesis_settings(max_examples=25, stateful_step_count=40, deadline=None)


class _AtLength(Machine):
    """The same with many more runs."""


TestMachineAtLength = pytest.mark.races(_AtLength.TestCase)
TestMachineAtLength.settings = hypothesis_settings(
    max_examples=2_000, stateful_step_count=60, deadline=None
)
