"""Medians, ratios and their spread, as values."""

from __future__ import annotations

import pytest

from benchmarks.figures import Measured, Quantity, Ratio, quartiles, ratio
from benchmarks.measure import rotated


@pytest.mark.parametrize(
    ("numerators", "denominators", "expected"),
    [
        pytest.param([3.0], [2.0], Ratio(1.5, 1.5, 1.5), id="one round"),
        pytest.param([1, 1, 10], [2, 2, 20], Ratio(0.5, 0.5, 0.5), id="a slow round of both"),
        pytest.param([1, 2, 3], [1, 1, 1], Ratio(2.0, 1.5, 2.5), id="a spread"),
        pytest.param([9, 1, 1], [1, 1, 1], Ratio(1.0, 1.0, 5.0), id="an outlier of one"),
        pytest.param([1, 2, 10], [4, 1, 2], Ratio(1.0, 1.125, 3.5), id="of medians, not of rounds"),
        pytest.param([4, 4], [2], Ratio(2.0, 2.0, 2.0), id="a contender that stopped"),
    ],
)
def test_ratio(numerators: list[float], denominators: list[float], expected: Ratio) -> None:
    """The ratio is that of the medians, its quartiles are those of the rounds."""
    assert ratio(numerators, denominators) == expected


def test_quartiles_of_rounds() -> None:
    """The quartiles of five numbers are the second and the fourth."""
    assert quartiles([5, 1, 4, 2, 3]) == (2, 4)


@pytest.mark.parametrize(
    ("measured", "spread"),
    [
        pytest.param(Ratio(2, 1.9, 2.1), 0.05, id="of the value"),
        pytest.param(Ratio(0, 0, 0), 0, id="nothing"),
    ],
)
def test_spread_is_a_part_of_the_value(measured: Ratio, spread: float) -> None:
    """Half of the distance of the quartiles, by the value."""
    assert measured.spread == pytest.approx(spread)


@pytest.mark.parametrize(
    ("quantity", "values"),
    [
        pytest.param(Quantity("burst", "ours"), [1.0, 2.0], id="seconds"),
        pytest.param(Quantity("burst", "ours", "failed"), [7.0], id="of one round only"),
        pytest.param(Quantity("burst", "theirs"), [], id="a contender that was left out"),
        pytest.param(Quantity("idle", "ours"), [], id="a scenario that was not measured"),
    ],
)
def test_numbers_of_a_quantity(quantity: Quantity, values: list[float]) -> None:
    """A quantity has a number for each round that has it."""
    rounds = {"ours": [{"seconds": 1.0}, {"seconds": 2.0, "failed": 7.0}]}

    assert quantity.of({"burst": Measured(rounds, {})}) == values


def test_each_round_begins_with_another() -> None:
    """No contender is always the first one."""
    assert [rotated(["a", "b", "c"], round_)[0] for round_ in range(4)] == ["a", "b", "c", "a"]


def test_no_contender_is_left() -> None:
    """When all were left out, there is nothing to rotate."""
    assert rotated([], 3) == []
