"""The text of the page, as a value."""

from __future__ import annotations

import datetime as dt

from benchmarks.figures import Measured
from benchmarks.page import page, plot_name
from benchmarks.scenarios import SCENARIOS
from benchmarks.sections import SECTIONS

RESULTS = {
    scenario.name: Measured(
        {name: [{"seconds": 0.001, "tokens": 0.0}] for name in scenario.contenders}, {}
    )
    for scenario in SCENARIOS
}
DAY = dt.date(2027, 1, 15)


def test_page_has_each_section_once() -> None:
    """Each section has a heading, and its plot if it has one."""
    text = page(RESULTS, machine="2 cores", versions={"httpx": "0.28.1"}, date=DAY)

    assert [text.count(f"\n## {section.title}\n") for section in SECTIONS] == [1] * len(SECTIONS)
    assert [f"(performance/{plot_name(section)})" in text for section in SECTIONS] == [
        bool(section.plot) for section in SECTIONS
    ]


def test_page_says_how_the_run_was_made() -> None:
    """The date, the machine and the versions are in it."""
    text = page(RESULTS, machine="2 cores", versions={"httpx": "0.28.1"}, date=DAY)

    assert "This run: 2027-01-15, 2 cores. Versions: httpx 0.28.1." in text
    assert "Left out" not in text


def test_page_names_what_was_left_out() -> None:
    """A client that could not be measured is in it, with the reason."""
    name = SCENARIOS[0].name
    results = RESULTS | {name: RESULTS[name]._replace(left_out={"other": "no module"})}

    text = page(results, machine="", versions={}, date=DAY)

    assert f"Left out:\n\n- other in {name}: no module\n" in text
