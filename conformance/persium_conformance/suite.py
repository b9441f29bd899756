"""All scenarios with one subject, several at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from .rules import RULES
from .scenario import Count, Expectation, Scenario, Step
from .trial import GOOD, Result, Verdict, judge

_FIRST = Scenario(
    id="it-runs",
    rule="WIRE",
    claim="The subject runs and speaks the protocol.",
    steps=(Step(call=1),),
    expect=Expectation(token_requests=Count()),
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a run.

    Attributes:
        name: The subject's.
        results: In the order of the scenarios.
    """

    name: str
    results: Sequence[Result]
    seconds: float

    @property
    def good(self) -> bool:
        """Whether all that counts is kept."""
        return all(result.verdict in GOOD for result in self.results)

    def tally(self, rule: str | None = None) -> Counter[Verdict]:
        """Count the verdicts, of one rule or of all."""
        chosen = (r for r in self.results if rule in {None, r.scenario.rule})
        return Counter(result.verdict for result in chosen)

    def rules(self) -> list[str]:
        """The rules that were judged."""
        return [rule for rule in RULES if self.tally(rule)]


def preflight(command: Sequence[str]) -> str | None:
    """Say why the subject can't be judged; None: it can.

    Raises:
        OSError: There is no such command.
    """
    result = judge(_FIRST, command)
    return "; ".join(result.reasons) or None


def run(
    scenarios: Sequence[Scenario],
    command: Sequence[str],
    *,
    jobs: int,
    done: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Judge *command* in each of *scenarios*, *jobs* at a time; the longest start first."""

    def one(scenario: Scenario) -> Result:
        result = judge(scenario, command)
        done(result)
        return result

    queue = sorted(scenarios, key=_seconds, reverse=True)
    with ThreadPoolExecutor(jobs) as pool:
        results = {result.scenario.id: result for result in pool.map(one, queue)}
    return [results[scenario.id] for scenario in scenarios]


def _seconds(scenario: Scenario) -> float:
    return sum((step.pause or 0) + (step.recover or 0) for step in scenario.steps)


def settle(results: Sequence[Result], *, known: Mapping[str, str], strict: bool) -> list[Result]:
    """Take known failures into account, and SHOULDs if *strict*."""
    return [replace(r, verdict=_settled(r, known, strict=strict)) for r in results]


def _settled(result: Result, known: Mapping[str, str], *, strict: bool) -> Verdict:
    failed = result.verdict in {Verdict.BROKEN, Verdict.ADVISED}
    if result.scenario.id in known and result.verdict != Verdict.UNDECIDED:
        return Verdict.KNOWN if failed else Verdict.MENDED
    if strict and result.verdict == Verdict.ADVISED:
        return Verdict.BROKEN
    return result.verdict
