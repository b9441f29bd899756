"""Plays a scenario's steps, and says what went wrong on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .scenario import Outcome, Scenario, Step
from .subject import Line, Subject, SubjectError
from .world import World

ARRIVAL = 15.0
"""Seconds that requests of calls in the background may take to arrive."""


@dataclass(kw_only=True)
class Play:
    """One scenario in progress.

    Attributes:
        notes: What was done and what came of it, with the time.
        late: A step that had to be quick was not: a complaint may be this machine's fault.
    """

    scenario: Scenario
    world: World
    subject: Subject
    notes: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    late: bool = False
    _open: list[tuple[int, Step]] = field(default_factory=list[tuple[int, Step]])

    def run(self) -> list[str]:
        """Take each step; the first that goes wrong is the last."""
        for number, step in enumerate(self.scenario.steps, 1):
            try:
                wrong = self._take(step)
            except SubjectError as error:
                wrong = f"the subject broke the protocol: {error}"
            self._look_at_the_clock(step)
            if wrong:
                return [f"step {number}: {wrong}"]
        return []

    def _take(self, step: Step) -> str | None:
        if step.call is not None:
            return self._call(step, step.call)
        if step.pause is not None:
            time.sleep(step.pause)
        elif step.revoke:
            self._note("the API refuses all tokens that were issued until here")
            self.world.revoke()
        elif step.release is not None:
            self._note(f"the held answer {step.release} goes out")
            self.world.release(step.release)
        elif step.until is not None:
            if not self.world.until(step.until, ARRIVAL):
                return f"expected {step.until} calls to reach the API, saw fewer"
        elif step.recover is not None:
            return self._recover(step, step.recover)
        elif step.settle:
            return self._settle()
        return None

    def _call(self, step: Step, times: int) -> str | None:
        number = self.subject.call(times, client=step.client)
        self._note(f"{times} call(s) start")
        if step.background:
            self._open.append((number, step))
            return None
        return self._end(number, step)

    def _settle(self) -> str | None:
        while self._open:
            wrong = self._end(*self._open.pop(0))
            if wrong:
                return wrong
        return None

    def _end(self, number: int, step: Step) -> str | None:
        times = step.call or 1
        lines = self.subject.outcomes(number, step.patience)
        for line in lines:
            self._note(f"a call ends: {_words(line)}")
        if len(lines) < times:
            return f"expected {times} outcome(s) within {step.patience:g} s, saw {len(lines)}"
        for line in lines:
            if step.outcome and not any(self._fits(line, wanted) for wanted in step.outcome):
                wanted = " or ".join(map(str, step.outcome))
                return f"expected {wanted}, saw {_words(line)}"
        return None

    def _recover(self, step: Step, seconds: float) -> str | None:
        end = time.monotonic() + seconds
        while True:
            number = self.subject.call(1, client=step.client)
            lines = self.subject.outcomes(number, step.patience)
            if lines and self._fits(lines[0], Outcome(ok=True)):
                self._note(f"a call ends: {_words(lines[0])}")
                return None
            if time.monotonic() > end:
                seen = _words(lines[0]) if lines else "no outcome"
                return f"expected a call to succeed again within {seconds:g} s, saw {seen}"
            time.sleep(1)

    def _fits(self, line: Line, wanted: Outcome) -> bool:
        if wanted.ok is not None and line.ok != wanted.ok:
            return False
        if line.ok and line.body.get("label") != self.world.label:
            return False
        stage = wanted.stage is None or wanted.stage == line.stage
        return stage and (wanted.status is None or wanted.status == line.status)

    def _look_at_the_clock(self, step: Step) -> None:
        if step.in_time is None:
            return
        first = self.world.requests("token")[:1]
        if first and time.monotonic() - first[0].received > step.in_time:
            self.late = True

    def _note(self, words: str) -> None:
        self.notes.append((time.monotonic(), words))


def _words(line: Line) -> str:
    if line.ok:
        return f"success, {str(line.body)[:300]}"
    return f"failure (stage {line.stage}, status {line.status}): {line.message[:500]}"
