"""Tables in Markdown, of what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from .comparisons import Comparison
from .figures import Quantity, Results, ratio
from .sections import Column, Section


def section_table(section: Section, results: Results) -> str:
    """Return one row for each contender, and a column for each that was measured."""
    columns = [column for column in section.columns if column.scenario in results]
    rows = [
        [name, *(cell(name, column, section.reference, results) for column in columns)]
        for name in contenders(section, results)
    ]
    return table(["", *(column.head for column in columns)], rows)


def comparison_table(comparisons: Iterable[Comparison], results: Results) -> str:
    """Return one row for each ratio that was measured, with its goal."""
    rows: list[list[str]] = []
    for comparison in comparisons:
        if found := comparison.ratio(results):
            quartiles = f"{number(found.low)} … {number(found.high)}"
            rows.append(
                [comparison.name, number(found.value), quartiles, *goal(comparison, found.value)]
            )
    return table(["ratio", "measured", "quartiles", "goal", ""], rows)


def goal(comparison: Comparison, value: float) -> tuple[str, str]:
    """Return the goal, and whether *value* reaches it."""
    if comparison.goal is None:
        return "", ""
    return f"≤ {comparison.goal:g}", "reached" if value <= comparison.goal else "missed"


def contenders(section: Section, results: Results) -> list[str]:
    """Return the names of all that have a number in the table, in the order of the scenarios."""
    measured = [
        results[column.scenario] for column in section.columns if column.scenario in results
    ]
    return list(dict.fromkeys(name for one in measured for name in one.rounds))


def cell(name: str, column: Column, reference: str, results: Results) -> str:
    """Return the median; for seconds also the ratio to the reference, with its spread."""
    values = Quantity(column.scenario, name, column.figure).of(results)
    if not values:
        return ""
    if column.figure.startswith("bytes"):
        return f"{number(median(values) / 1024)} KiB"
    if not column.figure.startswith("seconds"):
        return f"{median(values):g}"
    base = Quantity(column.scenario, reference, column.figure).of(results)
    if not base or name == reference:
        return seconds(median(values))
    found = ratio(values, base)
    return f"{seconds(median(values))} · {number(found.value)} ± {found.spread:.0%}"


def left_out(results: Results) -> list[str]:
    """Return a line for each contender that could not be measured."""
    return [
        f"{name} in {scenario}: {reason}"
        for scenario, measured in results.items()
        for name, reason in measured.left_out.items()
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first column is text, the others are numbers."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def seconds(value: float) -> str:
    """Return *value* with three digits and the unit that suits it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.0f} µs"


def number(value: float) -> str:
    """Return *value* with two digits behind the point, or with two or three digits in all."""
    if value == 0 or 0.1 <= value < 10:
        return f"{value:.2f}"
    return f"{value:.2g}" if value < 0.1 else f"{value:.3g}" if value < 1000 else f"{value:.0f}"
