"""The suite finds each mutation of the reference, and no violation in the reference itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mutations import MUTATIONS, Mutation
from persium_conformance.judge import Verdict
from persium_conformance.loading import load
from persium_conformance.scenario import Scenario
from persium_conformance.suite import run

from .conftest import REFERENCE, mutant

pytestmark = pytest.mark.conformance
JOBS = 10


def quick_scenarios() -> list[Scenario]:
    """Return all scenarios with 8 s to recover: the reference has no pause after a failure."""
    return [
        replace(s, steps=tuple(replace(t, recover=t.recover and 8.0) for t in s.steps))
        for s in load()
    ]


def test_reference_complies() -> None:
    """The reference complies with every MUST and every SHOULD."""
    results = run(quick_scenarios(), REFERENCE, jobs=JOBS)

    assert [r for r in results if r.verdict is not Verdict.KEPT] == []


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=list(MUTATIONS))
def test_mutant_fails_exactly_there(mutation: Mutation) -> None:
    """A mutation fails exactly in the scenarios that it names.

    One mutation of each rule runs in all scenarios, the others in those of their rule.
    """
    chosen = [s for s in quick_scenarios() if mutation.wide or s.rule == mutation.rule]
    expected = mutation.fails | (mutation.overlap if mutation.wide else set())

    results = run(chosen, mutant(mutation.name), jobs=JOBS)

    seen = {r.scenario.id: r.reasons for r in results if r.verdict is not Verdict.KEPT}
    assert set(seen) == expected, seen
