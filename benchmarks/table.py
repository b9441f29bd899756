"""Tables in Markdown, of what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from .figures import ratio
from .measure import Measured


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
    """Return *value* with two digits behind the point, or with three digits in all."""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def scenario_table(measured: Measured, reference: str) -> str:
    """Return one row for each contender: its time, and its ratio to *reference*."""
    base = [figures["seconds"] for figures in measured.rounds[reference]]
    rows: list[list[str]] = []
    for name, rounds in measured.rounds.items():
        own = [figures["seconds"] for figures in rounds]
        value, low, high = ratio(own, base)
        rows.append([name, seconds(median(own)), number(value), f"{number(low)} … {number(high)}"])
    return table(["client", "median", f"/ {reference}", "quartiles"], rows)
