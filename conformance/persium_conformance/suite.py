"""Runs all scenarios with one subject, several at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from .judge import GOOD, Result, Verdict, judge
from .rules import RULES
from .scenario import Count, Expectation, Scenario, Step

_PREFLIGHT = Scenario(
    id="it-runs",
    rule="WIRE",
    claim="The subject runs and implements the protocol.",
    steps=(Step(call=1),),
    expect=Expectation(token_requests=Count()),
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The results of a run, in the order of the scenarios, with the name of the subject."""

    name: str
    results: Sequence[Result]
    seconds: float

    @property
    def good(self) -> bool:
        """Whether the subject complies with everything that counts."""
        return all(result.verdict in GOOD for result in self.results)

    def tally(self, rule: str | None = None) -> Counter[Verdict]:
        """Count the verdicts, of one rule or of all."""
        chosen = (r for r in self.results if rule in {None, r.scenario.rule})
        return Counter(result.verdict for result in chosen)

    def rules(self) -> list[str]:
        """Return the rules that were tested."""
        return [rule for rule in RULES if self.tally(rule)]


def preflight(command: Sequence[str]) -> str | None:
    """Return why the subject can't be tested; None: it can.

    Raises:
        OSError: There is no such command.
    """
    result = judge(_PREFLIGHT, command)
    return "; ".join(result.reasons) or None


def run(
    scenarios: Sequence[Scenario],
    command: Sequence[str],
    *,
    jobs: int,
    done: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Run each of *scenarios* with *command*, *jobs* at a time; the longest ones start first."""

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


def with_options(
    results: Sequence[Result], *, known: Mapping[str, str], strict: bool
) -> list[Result]:
    """Return *results* with the verdicts that follow from *known* failures and *strict*."""
    return [replace(r, verdict=_verdict(r, known, strict=strict)) for r in results]


def _verdict(result: Result, known: Mapping[str, str], *, strict: bool) -> Verdict:
    failed = result.verdict in {Verdict.BROKEN, Verdict.ADVISED}
    if result.scenario.id in known and result.verdict != Verdict.UNDECIDED:
        return Verdict.KNOWN if failed else Verdict.FIXED
    if strict and result.verdict == Verdict.ADVISED:
        return Verdict.BROKEN
    return result.verdict
