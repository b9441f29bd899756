"""A verdict that is not the listed one is looked at again, in a few tries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.judge import SECOND_LOOKS, settled


class Judgements:
    """Gives one prepared verdict after the other for the scenario ``race``; ``other`` is kept."""

    def __init__(self, *verdicts: str) -> None:
        self._verdicts: Iterator[str] = iter(verdicts)
        self.asked: list[Sequence[str]] = []

    def __call__(self, scenarios: Sequence[str]) -> dict[str, Any]:
        """Judge *scenarios*, or all."""
        self.asked.append(scenarios)
        verdicts = {"race": next(self._verdicts), "other": "kept"}
        results = [
            {"id": name, "rule": "TP-4", "verdict": verdict, "reasons": []}
            for name, verdict in verdicts.items()
            if not scenarios or name in scenarios
        ]
        return {"results": results}


def verdict_of(document: dict[str, Any]) -> list[str]:
    """The verdicts of ``race`` and ``other``."""
    return [result["verdict"] for result in document["results"]]


def test_race_shows_in_a_second_look() -> None:
    """A listed breach that did not show is looked for again, alone, and found."""
    judge = Judgements("kept", "kept", "broken")

    assert verdict_of(settled({"race": "two at once"}, judge)) == ["broken", "kept"]
    assert judge.asked == [(), ["race"], ["race"]]


def test_second_looks_end() -> None:
    """What stays different after a few tries is what is said."""
    judge = Judgements(*["kept"] * (SECOND_LOOKS + 1))

    assert verdict_of(settled({"race": "two at once"}, judge)) == ["kept", "kept"]


def test_no_second_look_without_a_list() -> None:
    """What is expected to keep everything is judged once: a race that shows is a breach."""
    judge = Judgements("broken")

    assert verdict_of(settled({}, judge)) == ["broken", "kept"]
