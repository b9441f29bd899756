"""Executes the steps of a scenario, and returns the first violation."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .endpoints import SimulatedEndpoints
from .scenario import Outcome, Scenario, Step
from .subject import CallResult, Subject, SubjectError

ARRIVAL_TIMEOUT = 15.0
"""Seconds within which requests of background calls must arrive."""


@dataclass(kw_only=True)
class ScenarioRunner:
    """One run of a scenario.

    Attributes:
        events: Each action and each result of a call, with its time.
        too_slow: A step exceeded its ``in_time``: this machine may have caused a violation.
    """

    scenario: Scenario
    endpoints: SimulatedEndpoints
    subject: Subject
    events: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    too_slow: bool = False
    _background: list[tuple[int, Step]] = field(default_factory=list[tuple[int, Step]])

    def run(self) -> list[str]:
        """Execute the steps until one of them fails."""
        for number, step in enumerate(self.scenario.steps, 1):
            try:
                violation = self._execute(step)
            except SubjectError as error:
                violation = f"the subject broke the protocol: {error}"
            self._check_time(step)
            if violation:
                return [f"step {number}: {violation}"]
        return []

    def _execute(self, step: Step) -> str | None:
        if step.call is not None:
            return self._call(step, step.call)
        if step.pause is not None:
            time.sleep(step.pause)
        elif step.revoke:
            self._record("the API rejects all tokens that were issued so far")
            self.endpoints.revoke()
        elif step.release is not None:
            self._record(f"the held response {step.release} is sent")
            self.endpoints.release(step.release)
        elif step.until is not None:
            if not self.endpoints.wait_for_api_requests(step.until, ARRIVAL_TIMEOUT):
                return f"expected {step.until} calls to reach the API, saw fewer"
        elif step.recover is not None:
            return self._recover(step, step.recover)
        elif step.settle:
            return self._finish_background()
        return None

    def _call(self, step: Step, times: int) -> str | None:
        number = self.subject.call(times, client=step.client)
        self._record(f"{times} call(s) start")
        if step.background:
            self._background.append((number, step))
            return None
        return self._finish(number, step)

    def _finish_background(self) -> str | None:
        while self._background:
            violation = self._finish(*self._background.pop(0))
            if violation:
                return violation
        return None

    def _finish(self, number: int, step: Step) -> str | None:
        times = step.call or 1
        results = self.subject.results(number, step.patience)
        for result in results:
            self._record(f"a call ends: {_describe(result)}")
        if len(results) < times:
            return f"expected {times} result(s) within {step.patience:g} s, saw {len(results)}"
        for result in results:
            if step.outcome and not any(self._matches(result, o) for o in step.outcome):
                return f"expected {' or '.join(map(str, step.outcome))}, saw {_describe(result)}"
        return None

    def _recover(self, step: Step, seconds: float) -> str | None:
        end = time.monotonic() + seconds
        while True:
            number = self.subject.call(1, client=step.client)
            results = self.subject.results(number, step.patience)
            seen = _describe(results[0]) if results else "no result"
            if results and self._matches(results[0], Outcome(ok=True)):
                self._record(f"a call ends: {seen}")
                return None
            if time.monotonic() > end:
                return f"expected a call to succeed again within {seconds:g} s, saw {seen}"
            time.sleep(1)

    def _matches(self, result: CallResult, expected: Outcome) -> bool:
        if expected.ok is not None and result.ok != expected.ok:
            return False
        if result.ok and result.label != self.endpoints.label:
            return False
        stage = expected.stage is None or expected.stage == result.stage
        return stage and (expected.status is None or expected.status == result.status)

    def _check_time(self, step: Step) -> None:
        first = self.endpoints.requests("token")[:1]
        if step.in_time is not None and first:
            self.too_slow |= time.monotonic() - first[0].received > step.in_time

    def _record(self, event: str) -> None:
        self.events.append((time.monotonic(), event))


def _describe(result: CallResult) -> str:
    if result.ok:
        return f"success, {result.body}"
    return f"failure (stage {result.stage}, status {result.status}): {result.message[:500]}"
