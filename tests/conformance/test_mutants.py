"""The judge is judged: who breaks a rule on purpose fails there, and the reference nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mutations import MUTATIONS, Mutation
from persium_conformance.loading import load
from persium_conformance.scenario import Scenario
from persium_conformance.suite import run
from persium_conformance.trial import Verdict

from .conftest import REFERENCE, mutant

pytestmark = pytest.mark.conformance
JOBS = 10


def impatient() -> list[Scenario]:
    """All scenarios, with 8 s to recover: the reference and its mutants know no cool-down."""
    return [
        replace(s, steps=tuple(replace(t, recover=t.recover and 8.0) for t in s.steps))
        for s in load()
    ]


def test_reference_keeps_everything() -> None:
    """The reference subject keeps every MUST and every SHOULD."""
    results = run(impatient(), REFERENCE, jobs=JOBS)

    assert [r for r in results if r.verdict is not Verdict.KEPT] == []


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=list(MUTATIONS))
def test_mutant_fails_exactly_there(mutation: Mutation) -> None:
    """A broken rule is seen in the scenarios that the mutation names, and in no other.

    One mutation of each rule is judged by all scenarios, the others by those of their rule.
    """
    chosen = [s for s in impatient() if mutation.wide or s.rule == mutation.rule]
    expected = mutation.fails | (mutation.overlap if mutation.wide else set())

    results = run(chosen, mutant(mutation.name), jobs=JOBS)

    seen = {r.scenario.id: r.reasons for r in results if r.verdict is not Verdict.KEPT}
    assert set(seen) == expected, seen
