"""The text of ``docs/performance.md``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .comparisons import COMPARISONS
from .figures import Results
from .sections import SECTIONS, Section
from .table import comparison_table, left_out, section_table

INTRODUCTION: Final = Path(__file__).with_name("introduction.md")


def page(results: Results, *, machine: str, versions: Mapping[str, str], date: dt.date) -> str:
    """Return the text of the page."""
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n".join(
        [
            INTRODUCTION.read_text(encoding="utf-8"),
            f"This run: {date:%Y-%m-%d}, {machine}. Versions: {listed}.\n",
            *missing(results),
            "## Goals\n",
            "A ratio compares this client with the contender after the slash.\n",
            comparison_table(COMPARISONS, results),
            *(section_text(section, results) for section in SECTIONS),
        ]
    )


def missing(results: Results) -> list[str]:
    """Return a paragraph about the clients that could not be measured, if there are some."""
    lines = left_out(results)
    return ["Left out:\n", "".join(f"- {line}\n" for line in lines)] if lines else []


def section_text(section: Section, results: Results) -> str:
    """Return the heading, the words, the table and the plot of *section*."""
    ratios = f" Ratios are to *{section.reference}*." if section.reference else ""
    parts = [f"## {section.title}\n", f"{section.text}{ratios}\n", section_table(section, results)]
    if section.plot:
        parts.append(
            f"![{section.title}: the numbers of the table](performance/{plot_name(section)})\n"
        )
    return "\n".join(parts)


def plot_name(section: Section) -> str:
    """Return the name of the file with the plot."""
    return f"{section.title.lower().replace(' ', '-')}.svg"
