"""The plots of ``docs/fleets.md`` as SVG; the same numbers give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.plots import COLOUR, OTHERS, SETTINGS, save

from .experiments import OUTAGE_AT, Outage, Start
from .simulation import Result

_COLOURS: Final = {False: COLOUR, True: OTHERS[0]}
_LABELS: Final = {False: "default", True: "spread_refresh"}
_STEP: Final = 5


def draw(starts: Sequence[Start], outages: Sequence[Outage], folder: Path) -> None:
    """Write both plots."""
    folder.mkdir(exist_ok=True)
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(7.5, 3), layout="constrained")
        axes = figure.subplots()
        largest = [s for s in starts if s.fleet.processes == starts[-1].fleet.processes]
        for start in largest:
            _line(axes, start.result, 0, start.fleet.seconds, spread=start.fleet.spread)
        _finish(axes, "seconds since the first process started")
        save(figure, folder / "start.svg")
        figure = Figure(figsize=(7.5, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        for outage in (o for o in outages if o.fleet.down_for == outages[-1].fleet.down_for):
            begin, end = OUTAGE_AT - 60, outage.fleet.seconds
            _line(left, outage.result, begin, end, spread=outage.fleet.spread)
            _failures(right, outage.result, begin, end, spread=outage.fleet.spread)
        for axes in (left, right):
            axes.axvspan(0, outages[-1].fleet.down_for, color="#eeeeee", zorder=0)
        _finish(left, "seconds since the outage began")
        _finish(right, "seconds since the outage began", "failed calls, %")
        save(figure, folder / "outage.svg")


def _line(axes: Axes, result: Result, begin: float, end: float, *, spread: bool) -> None:
    requests = result.requests(begin, end)
    means = [sum(requests[at : at + _STEP]) / _STEP for at in range(0, len(requests), _STEP)]
    _plot(axes, begin, means, spread=spread)


def _failures(axes: Axes, result: Result, begin: float, end: float, *, spread: bool) -> None:
    times = range(int(begin), int(end) - _STEP, _STEP)
    shares = [100 * result.share_failed(at, at + _STEP) for at in times]
    _plot(axes, begin, shares, spread=spread)


def _plot(axes: Axes, begin: float, values: Sequence[float], *, spread: bool) -> None:
    origin = OUTAGE_AT if begin else 0
    times = [begin - origin + _STEP * number for number in range(len(values))]
    axes.plot(times, values, color=_COLOURS[spread], label=_LABELS[spread], linewidth=1.4)


def _finish(axes: Axes, x: str, y: str = "token requests a second") -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
