"""What is reported as worse than the committed ratios, as values."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.baseline import Worse, ratios, read, worse, write
from benchmarks.comparisons import COMPARISONS, Comparison
from benchmarks.figures import Measured, Quantity, Ratio
from benchmarks.scenarios import QUICK, SCENARIOS

OURS = Quantity("calls", "ours")
RESULTS = {"calls": Measured({"ours": [{"seconds": 3.0}], "httpx": [{"seconds": 2.0}]}, {})}


@pytest.mark.parametrize(
    ("now", "before", "reported"),
    [
        pytest.param(0.80, 0.70, False, id="14 % more"),
        pytest.param(0.81, 0.70, True, id="16 % more"),
        pytest.param(0.50, 0.70, False, id="less"),
        pytest.param(1.0, 0.0, True, id="a failure where there was none"),
        pytest.param(0.0, 0.0, False, id="none as before"),
    ],
)
def test_worse_is_more_than_15_percent(now: float, before: float, reported: bool) -> None:  # noqa: FBT001  # a column
    """A ratio is reported if it is more than 15 % larger than in the baseline."""
    found = list(worse({"a call": now}, {"a call": before}))

    assert found == ([Worse("a call", before, now)] if reported else [])


def test_ratio_that_is_in_one_run_only() -> None:
    """A new comparison, and one that was not measured now, are not reported."""
    assert list(worse({"new": 9.0}, {"other": 1.0})) == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (Worse("a call", 0.5, 0.75), "a call: 0.75, in the baseline 0.5 (50% more)"),
        (Worse("failed", 0, 3), "failed: 3, in the baseline 0 (new)"),
    ],
)
def test_report_has_both_ratios(line: Worse, text: str) -> None:
    """A line names the ratio, and its value before and now."""
    assert str(line) == text


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        pytest.param(Quantity("calls", "httpx"), Ratio(1.5, 1.5, 1.5), id="a contender"),
        pytest.param(2, Ratio(1.5, 1.5, 1.5), id="a unit"),
        pytest.param(Quantity("calls", "gone"), None, id="not measured"),
    ],
)
def test_comparison(by: Quantity | float, expected: Ratio | None) -> None:
    """A number is compared with that of another contender, or with a unit."""
    assert Comparison("a call", OURS, by).ratio(RESULTS) == expected


def test_ratios_that_were_measured(tmp_path: Path) -> None:
    """The baseline has the comparisons of a run, and is read as it was written."""
    comparisons = [Comparison("a call", OURS, 2), Comparison("gone", Quantity("gone", "ours"), 1)]

    found = ratios(comparisons, RESULTS)
    write(found, tmp_path / "baseline.json")

    assert found == read(tmp_path / "baseline.json") == {"a call": 1.5}


def test_comparisons_name_what_is_measured() -> None:
    """Each side of a comparison is a contender of a scenario; names are unique."""
    measured = {(s.name, contender) for s in SCENARIOS for contender in s.contenders}
    sides = [side for one in COMPARISONS for side in (one.what, one.by)]
    named = {(side.scenario, side.contender) for side in sides if isinstance(side, Quantity)}

    assert named <= measured
    assert len({one.name for one in COMPARISONS}) == len(COMPARISONS)
    assert set(QUICK) <= {scenario.name for scenario in SCENARIOS}
