"""Plots of the sections as SVG; the same numbers give the same bytes."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from statistics import median
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .dark import adapted
from .figures import Quantity, Results
from .page import plot_name
from .scenarios import OURS
from .sections import SECTIONS, Column, Section
from .table import contenders

COLOUR: Final = "#1f5fa8"
OTHERS: Final = ("#b4532a", "#4f7d3a", "#7a5195", "#8a6d1d", "#2a8a8a", "#6b6b6b")
SETTINGS: Final = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "benchmarks",  # identifiers do not change
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw_all(results: Results, folder: Path) -> None:
    """Write the plot of each section that has one; each scenario was measured."""
    folder.mkdir(exist_ok=True)
    for section in SECTIONS:
        if section.plot:
            draw(section, results, folder / plot_name(section))


def draw(section: Section, results: Results, path: Path) -> None:
    """Write the plot of *section*, of which each column was measured."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(7.5, 3.2), layout="constrained")
        if section.plot == "bars":
            axes = figure.subplots(1, len(section.columns), sharey=True)
            for one, column in zip(axes, section.columns, strict=True):
                _bars(one, section, column, results)
        elif section.plot == "lines":
            _lines(figure.subplots(), section, results)
        else:
            _points(figure.subplots(), section, results)
        save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Write *figure* as SVG for light and dark pages."""
    plain = StringIO()
    figure.savefig(plain, format="svg", metadata={"Date": None, "Creator": None})
    path.write_text(adapted(plain.getvalue()), encoding="utf-8")


def _bars(axes: Axes, section: Section, column: Column, results: Results) -> None:
    names = contenders(section, results)
    values = [_ratio(name, column, section, results) for name in names]
    colours = [COLOUR if name == OURS else "#b8bec6" for name in names]
    bars = axes.barh(names, values, color=colours)
    axes.bar_label(
        bars, [f"{value:.2f}" if value else "" for value in values], padding=2, fontsize=8
    )
    axes.axvline(1, color="#555555", linewidth=0.8, linestyle=":")
    axes.yaxis.set_inverted(True)  # the axes share it
    axes.set_xlim(0, max(values) * 1.15)
    axes.set_title(column.head, fontsize=9)
    axes.set_xlabel(f"time / {section.reference}")


def _lines(axes: Axes, section: Section, results: Results) -> None:
    others = iter(OTHERS)
    for name in contenders(section, results):
        values = {c.x: v * 1e3 for c in section.columns if (v := _median(name, c, results))}
        ours = name == OURS
        axes.plot(
            list(values),
            list(values.values()),
            label=name,
            marker="o",
            markersize=4,
            linewidth=2.2 if ours else 1.2,
            color=COLOUR if ours else next(others),
            zorder=3 if ours else 2,
        )
    axes.set_xscale("log")
    axes.set_xticks(*zip(*((column.x, column.head) for column in section.columns), strict=True))
    axes.minorticks_off()
    low, high = axes.dataLim.intervaly
    if high > 20 * low:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set_xlabel(section.x)
    axes.set_ylabel("ms for each call")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)


def _points(axes: Axes, section: Section, results: Results) -> None:
    names, (column, *_) = contenders(section, results), section.columns
    values = [_median(name, column, results) * 1e3 for name in names]
    axes.plot([int(name) for name in names], values, marker="o", linewidth=2.2, color=COLOUR)
    axes.set_xscale("log")
    axes.set_xticks([int(name) for name in names], names)
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.set_xlabel(section.x)
    axes.set_ylabel("ms for each call")


def _ratio(name: str, column: Column, section: Section, results: Results) -> float:
    base = _median(section.reference, column, results)
    return _median(name, column, results) / base if base else 0


def _median(name: str, column: Column, results: Results) -> float:
    values = Quantity(column.scenario, name, column.figure).of(results)
    return median(values) if values else 0
