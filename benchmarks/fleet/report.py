"""The text of ``docs/fleets.md``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from .experiments import AFTERWARDS, RULES, Comparison, Outage, Start

TEXT: Final = Path(__file__).with_name("page.md")


def page(
    starts: Sequence[Start], outages: Sequence[Outage], comparison: Comparison, date: dt.date
) -> str:
    """Return the page: hand-written text with the tables in their places."""
    tables = {
        "{starts}": start_table(starts),
        "{outages}": outage_table(outages),
        "{comparison}": comparison_table(comparison),
        "{date}": f"{date:%Y-%m-%d}",
    }
    text = TEXT.read_text(encoding="utf-8")
    for place, table in tables.items():
        text = text.replace(place, table)
    return text


def start_table(starts: Iterable[Start]) -> str:
    """Return token requests a second: on average, and in the busiest second."""
    head = ["processes", "refresh", "mean", "busiest second", "busiest second of the start"]
    return markdown(
        head,
        [
            [
                f"{start.fleet.processes:,}",
                RULES[start.fleet.spread],
                f"{sum(start.settled) / len(start.settled):.1f}",
                f"{max(start.settled)}",
                f"{max(start.result.requests(0, 120))}",
            ]
            for start in starts
        ],
    )


def outage_table(outages: Iterable[Outage]) -> str:
    """Return the share of the calls that failed, and token requests in the busiest second."""
    head = [
        "outage",
        "refresh",
        "failed calls in it",
        "in the minute after",
        "busiest second after",
    ]
    return markdown(
        head,
        [
            [
                f"{outage.fleet.down_for:g} s",
                RULES[outage.fleet.spread],
                f"{outage.result.share_failed(outage.fleet.down_from, outage.end):.1%}",
                f"{outage.result.share_failed(outage.end, outage.end + AFTERWARDS):.1%}",
                f"{max(outage.result.requests(outage.end, outage.end + AFTERWARDS))}",
            ]
            for outage in outages
        ],
    )


def comparison_table(comparison: Comparison) -> str:
    """Return the figures of the simulated and the real fleet."""
    fleet, end = comparison.fleet, comparison.fleet.down_from + comparison.fleet.down_for
    head = ["figure", "simulated", "measured"]
    both = (comparison.simulated, comparison.measured)
    return markdown(
        head,
        [
            ["token requests", *(f"{sum(each.served.values())}" for each in both)],
            ["in the busiest second", *(f"{max(each.served.values())}" for each in both)],
            [
                "failed calls in the outage",
                *(f"{each.share_failed(fleet.down_from, end):.1%}" for each in both),
            ],
            [
                "failed calls after it",
                *(f"{each.share_failed(end, fleet.seconds):.1%}" for each in both),
            ],
        ],
    )


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
