"""Medians, ratios and tables, as values."""

from __future__ import annotations

import pytest

from benchmarks.figures import Ratio, quartiles, ratio
from benchmarks.measure import Measured, rotated
from benchmarks.table import number, scenario_table, seconds


@pytest.mark.parametrize(
    ("numerators", "denominators", "expected"),
    [
        pytest.param([3.0], [2.0], Ratio(1.5, 1.5, 1.5), id="one round"),
        pytest.param([1, 1, 10], [2, 2, 20], Ratio(0.5, 0.5, 0.5), id="a slow round of both"),
        pytest.param([1, 2, 3], [1, 1, 1], Ratio(2.0, 1.5, 2.5), id="a spread"),
        pytest.param([9, 1, 1], [1, 1, 1], Ratio(1.0, 1.0, 5.0), id="an outlier of one"),
    ],
)
def test_ratio(numerators: list[float], denominators: list[float], expected: Ratio) -> None:
    """The ratio is that of the medians, its quartiles are those of the rounds."""
    assert ratio(numerators, denominators) == expected


def test_quartiles_of_rounds() -> None:
    """The quartiles of five numbers are the second and the fourth."""
    assert quartiles([5, 1, 4, 2, 3]) == (2, 4)


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (0.001, "1 ms"), (0.000456, "456 µs"), (1e-7, "0 µs")],
)
def test_seconds_have_a_unit_that_suits_them(value: float, text: str) -> None:
    """Three digits, in seconds, milliseconds or microseconds."""
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.123, "0.12"), (9.5, "9.50"), (51.64, "51.6"), (1234.5, "1234")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    """Two digits behind the point for a ratio, fewer for a large number."""
    assert number(value) == text


def test_each_round_begins_with_another() -> None:
    """No contender is always the first one."""
    assert [rotated(["a", "b", "c"], round_)[0] for round_ in range(4)] == ["a", "b", "c", "a"]


def test_table_of_a_scenario() -> None:
    """Each contender has its median, and its ratio to the reference."""
    rounds = {"ours": [{"seconds": 0.001}], "httpx": [{"seconds": 0.002}]}

    assert scenario_table(Measured(rounds, {}), "httpx").splitlines() == [
        "| client | median | / httpx | quartiles |",
        "| --- | ---: | ---: | ---: |",
        "| ours | 1 ms | 0.50 | 0.50 … 0.50 |",
        "| httpx | 2 ms | 1.00 | 1.00 … 1.00 |",
    ]
