"""Measures, prints tables, and writes or compares what is committed."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from . import baseline
from .comparisons import COMPARISONS
from .figures import Measured, Results
from .machine import machine, versions
from .measure import measure
from .page import page
from .plots import draw_all
from .scenarios import QUICK, SCENARIOS, Scenario
from .sections import SECTIONS
from .server import serve
from .table import comparison_table, left_out, section_table

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
QUICK_ROUNDS: Final = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Run the scenarios that are named, or all; return the exit code."""
    arguments = _arguments(argv)
    names = arguments.names or (QUICK if arguments.quick else [s.name for s in SCENARIOS])
    scenarios = [scenario for scenario in SCENARIOS if scenario.name in names]
    made_with = machine()
    results = run(scenarios, rounds=arguments.rounds or (QUICK_ROUNDS if arguments.quick else None))
    sys.stdout.write(report(results))
    now = baseline.ratios(COMPARISONS, results)
    if arguments.check:
        found = list(baseline.worse(now, baseline.read()))
        sys.stdout.write("".join(f"worse: {one}\n" for one in found))
        return 1 if found else 0
    if len(scenarios) == len(SCENARIOS):
        today = dt.datetime.now(dt.UTC).date()
        text = page(results, machine=made_with, versions=versions(), date=today)
        (DOCS / "performance.md").write_text(text, encoding="utf-8")
        draw_all(results, DOCS / "performance")
        baseline.write(now)
    return 0


def run(scenarios: Sequence[Scenario], *, rounds: int | None) -> Results:
    """Measure one scenario after another; *rounds* is for each, None: its own number."""
    results: dict[str, Measured] = {}
    with serve() as server:
        for scenario in scenarios:
            started = time.monotonic()
            results[scenario.name] = measure(scenario, server, rounds=rounds or scenario.rounds)
            sys.stderr.write(f"{time.monotonic() - started:4.0f} s  {scenario.name}\n")
    return results


def report(results: Results) -> str:
    """Return all tables that have a number."""
    shown = [s for s in SECTIONS if any(column.scenario in results for column in s.columns)]
    tables = [f"\n{section.title}\n\n{section_table(section, results)}" for section in shown]
    missing = "".join(f"left out: {line}\n" for line in left_out(results))
    return "".join(tables) + f"\n{comparison_table(COMPARISONS, results)}\n{missing}"


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    known = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures the client beside its peers. A run of all scenarios writes "
        "docs/performance.md and benchmarks/baseline.json, unless it checks.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}")
    parser.add_argument("--rounds", type=int, help="rounds of each contender")
    parser.add_argument("--quick", action="store_true", help="a few scenarios, in a minute")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a ratio is 15 %% worse than committed"
    )
    arguments = parser.parse_args(argv)
    if unknown := sorted(set(arguments.names) - set(known)):
        parser.error(f"there is no scenario {', '.join(unknown)}")
    return arguments
