"""Runs the experiments, and writes the page or prints its tables."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .experiments import comparison, outages, starts
from .plots import draw
from .report import comparison_table, outage_table, page, start_table

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"


def main(argv: Sequence[str] | None = None) -> int:
    """Simulate, run the small fleet, and write; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fleet",
        description="Simulates fleets, runs a small one, and writes docs/fleets.md with its plots.",
    )
    parser.add_argument("--quick", action="store_true", help="small fleets; writes nothing")
    quick = parser.parse_args(argv).quick
    compared = comparison()
    started, interrupted = starts(quick=quick), outages(quick=quick)
    tables = start_table(started), outage_table(interrupted), comparison_table(compared)
    sys.stdout.write("\n\n".join(tables) + "\n")
    if not quick:
        today = dt.datetime.now(dt.UTC).date()
        text = page(started, interrupted, compared, today)
        (DOCS / "fleets.md").write_text(text, encoding="utf-8")
        draw(started, interrupted, DOCS / "fleets")
    return 0
