"""The median, the spread and the ratio of what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles
from typing import NamedTuple


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
