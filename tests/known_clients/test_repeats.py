"""A scenario whose verdict differs from the list of known failures is repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.judge import MAX_REPEATS, with_repeats


class Judgements:
    """Returns prepared verdicts for the scenario ``race``; ``other`` is always kept."""

    def __init__(self, *verdicts: str) -> None:
        self._verdicts: Iterator[str] = iter(verdicts)
        self.runs: list[Sequence[str]] = []

    def __call__(self, scenarios: Sequence[str]) -> dict[str, Any]:
        """Run *scenarios*, or all."""
        self.runs.append(scenarios)
        verdicts = {"race": next(self._verdicts), "other": "kept"}
        results = [
            {"id": name, "rule": "TP-4", "verdict": verdict, "reasons": []}
            for name, verdict in verdicts.items()
            if not scenarios or name in scenarios
        ]
        return {"results": results}


def verdicts_of(document: dict[str, Any]) -> list[str]:
    """Return the verdicts of ``race`` and ``other``."""
    return [result["verdict"] for result in document["results"]]


def test_listed_failure_is_repeated() -> None:
    """A listed scenario that passed is repeated alone until it fails."""
    judge = Judgements("kept", "kept", "broken")

    assert verdicts_of(with_repeats({"race": "a race"}, judge)) == ["broken", "kept"]
    assert judge.runs == [(), ["race"], ["race"]]


def test_repeats_are_limited() -> None:
    """A verdict that differs in every repeat is reported."""
    judge = Judgements(*["kept"] * (MAX_REPEATS + 1))

    assert verdicts_of(with_repeats({"race": "a race"}, judge)) == ["kept", "kept"]


def test_no_repeat_without_a_list() -> None:
    """A subject without known failures runs once, so that a race is not hidden."""
    judge = Judgements("broken")

    assert verdicts_of(with_repeats({}, judge)) == ["broken", "kept"]
