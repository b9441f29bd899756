"""Measures, prints tables, and writes or compares what is committed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .measure import measure
from .scenarios import SCENARIOS
from .server import serve
from .table import scenario_table


def main(argv: Sequence[str] | None = None) -> int:
    """Run the scenarios that are named, or all; return the exit code."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}")
    parser.add_argument("--rounds", type=int, help="rounds of each contender")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.names) - set(known):
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}")
    with serve() as server:
        for name in arguments.names or known:
            scenario = known[name]
            measured = measure(scenario, server, rounds=arguments.rounds or scenario.rounds)
            sys.stdout.write(f"\n{name}: {scenario.title}\n\n")
            sys.stdout.write(scenario_table(measured, "httpx"))
            for contender, reason in measured.left_out.items():
                sys.stdout.write(f"left out: {contender}: {reason}\n")
            sys.stdout.flush()
    return 0
