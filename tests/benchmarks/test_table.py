"""The tables of the page, as values."""

from __future__ import annotations

import pytest

from benchmarks.comparisons import Comparison
from benchmarks.figures import Measured, Quantity
from benchmarks.scenarios import SCENARIOS
from benchmarks.sections import SECTIONS, Column, Section
from benchmarks.table import comparison_table, left_out, number, seconds, section_table

RESULTS = {
    "http": Measured(
        {
            "ours": [{"seconds": 0.001, "failed": 0, "bytes": 2048}],
            "httpx": [{"seconds": 0.002, "failed": 3, "bytes": 4096}],
        },
        {"other": "no module"},
    ),
    "https": Measured({"ours": [{"seconds": 0.5}]}, {}),
}


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (0.001, "1 ms"), (0.000456, "456 µs"), (1e-7, "0 µs")],
)
def test_seconds_have_a_unit_that_suits_them(value: float, text: str) -> None:
    """Three digits, in seconds, milliseconds or microseconds."""
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (0.00266, "0.0027"),
        (0.123, "0.12"),
        (9.5, "9.50"),
        (51.64, "51.6"),
        (1234.5, "1234"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    """Two digits behind the point for a ratio, fewer for a large number."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("column", "reference", "cells"),
    [
        pytest.param(
            Column("time", "http"),
            "httpx",
            ["1 ms · 0.50 ± 0%", "2 ms"],
            id="seconds with their ratio",
        ),
        pytest.param(Column("time", "http"), "", ["1 ms", "2 ms"], id="no reference"),
        pytest.param(Column("failed", "http", "failed"), "httpx", ["0", "3"], id="a count"),
        pytest.param(
            Column("memory", "http", "bytes"), "httpx", ["2.00 KiB", "4.00 KiB"], id="bytes"
        ),
    ],
)
def test_cells(column: Column, reference: str, cells: list[str]) -> None:
    """Each contender has its median, and seconds have their ratio to the reference."""
    lines = section_table(Section("", "", (column,), reference), RESULTS).splitlines()

    assert lines == [
        f"|  | {column.head} |",
        "| --- | ---: |",
        f"| ours | {cells[0]} |",
        f"| httpx | {cells[1]} |",
    ]


def test_table_of_what_was_measured() -> None:
    """A column that was not measured is left out; a contender that was not has an empty cell."""
    columns = (Column("HTTP", "http"), Column("HTTPS", "https"), Column("other", "other"))

    assert section_table(Section("", "", columns), RESULTS).splitlines()[2:] == [
        "| ours | 1 ms | 500 ms |",
        "| httpx | 2 ms |  |",
    ]


@pytest.mark.parametrize(
    ("goal", "cells"),
    [(None, "|  |  |"), (0.5, "| ≤ 0.5 | reached |"), (0.4, "| ≤ 0.4 | missed |")],
)
def test_goals(goal: float | None, cells: str) -> None:
    """A ratio reaches its goal if it is no larger; one without a goal is shown all the same."""
    comparison = Comparison("/ httpx", Quantity("http", "ours"), Quantity("http", "httpx"), goal)
    gone = Comparison("gone", Quantity("gone", "ours"), 1)

    *_, row = comparison_table([comparison, gone], RESULTS).splitlines()

    assert row == f"| / httpx | 0.50 | 0.50 … 0.50 {cells}"


def test_left_out() -> None:
    """A contender that could not be measured is named, with the reason."""
    assert left_out(RESULTS) == ["other in http: no module"]


def test_sections_show_every_scenario() -> None:
    """Each scenario is in a table, and each table is of scenarios."""
    shown = {column.scenario for section in SECTIONS for column in section.columns}

    assert shown == {scenario.name for scenario in SCENARIOS}
