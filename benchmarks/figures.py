"""The median, the spread and the ratio of what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from .job import Figures


class Measured(NamedTuple):
    """The figures of one scenario.

    Attributes:
        rounds: The rounds of each contender; those of a number belong together.
        left_out: Why a contender has none, or no more.
    """

    rounds: dict[str, list[Figures]]
    left_out: dict[str, str]


Results = Mapping[str, Measured]
"""What was measured, by the name of the scenario."""


class Quantity(NamedTuple):
    """One number of each round: what one contender of a scenario was measured by."""

    scenario: str
    contender: str
    figure: str = "seconds"

    def of(self, results: Results) -> list[float]:
        """Return its values; there are none if it was not measured."""
        measured = results.get(self.scenario, Measured({}, {}))
        rounds = measured.rounds.get(self.contender, [])
        return [figures[self.figure] for figures in rounds if self.figure in figures]


class Ratio(NamedTuple):
    """How one row of numbers compares with another, measured in the same rounds.

    Attributes:
        value: The median of the one, divided by that of the other.
        low: The lower quartile of the ratios of each round.
        high: The upper quartile.
    """

    value: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """Half of the distance of the quartiles, as a part of the value."""
        return (self.high - self.low) / 2 / self.value if self.value else 0


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Ratio:
    """Compare two rows of numbers, of which those of one place belong to one round."""
    pairs = [n / d for n, d in zip(numerators, denominators, strict=False)]
    low, high = quartiles(pairs)
    return Ratio(median(numerators) / median(denominators), low, high)


def quartiles(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the lower and the upper quartile; both are the number itself if there is one."""
    if len(numbers) < 2:
        return numbers[0], numbers[0]
    low, _, high = quantiles(numbers, n=4, method="inclusive")
    return low, high
