"""Coverage that does not depend on luck: ``python -m tests.coverage_stable [arguments of pytest]``.

Runs the suite with few and many workers, idle and on busy cores, each time in another random order
and with other examples, and compares which lines and branches each run covers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final, NamedTuple

FOLDER: Final = Path(".cache/coverage-stable")


class Run(NamedTuple):
    """One run of the suite; *busy* takes every core from it."""

    workers: int
    busy: bool
    seed: int

    def __str__(self) -> str:
        return f"{self.workers} worker(s), {'busy' if self.busy else 'idle'}, seed {self.seed}"


RUNS: Final = [
    Run(workers, busy, seed)
    for seed, (busy, workers) in enumerate((busy, n) for busy in (False, True) for n in (1, 3, 8))
]


class Place(NamedTuple):
    """A line that is covered, or a branch from *line* to *target*; 0 stands for the line itself."""

    file: str
    line: int
    target: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f" -> {self.target}" if self.target else "")


def differences(covered: Mapping[Run, set[Place]]) -> list[str]:
    """Describe each place that some runs cover and others do not."""
    somewhere = set[Place]().union(*covered.values())
    everywhere = somewhere.intersection(*covered.values())
    return [
        f"{place}: only with {'; '.join(str(run) for run in covered if place in covered[run])}"
        for place in sorted(somewhere - everywhere)
    ]


def places(report: Path) -> set[Place]:
    """Read the covered lines and branches from a report of ``coverage json``."""
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    lines = {Place(name, line) for name, file in files.items() for line in file["executed_lines"]}
    return lines | {
        Place(name, line, target)
        for name, file in files.items()
        for line, target in file["executed_branches"]
    }


def measure(run: Run, arguments: list[str]) -> set[Place] | None:
    """Run the suite and return what it covers; None: it failed."""
    folder = FOLDER / str(run.seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environ = {
        **os.environ,
        "COVERAGE_FILE": str(folder / ".coverage"),
        "HYPOTHESIS_PROFILE": "random",
        "SHUFFLE_SEED": str(run.seed),
    }

    def coverage(*words: str) -> bool:
        command = [sys.executable, "-m", "coverage", *words]
        return subprocess.run(command, env=environ, check=False).returncode == 0

    plugins = ["-p", "tests.support.shuffle", "-p", "tests.support.saved_coverage"]
    options = ["-q", *plugins, "-n", str(run.workers)]
    with _busy_cores() if run.busy else nullcontext():
        passed = coverage("run", "-m", "pytest", *options, "--dist", "worksteal", *arguments)
    report = folder / "coverage.json"
    coverage("combine", "--quiet")
    coverage("json", "--quiet", "--fail-under=0", "-o", str(report))
    return places(report) if passed else None


@contextmanager
def _busy_cores() -> Generator[None]:
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def main(arguments: list[str]) -> int:
    """Measure every run; 1: one failed, or they differ in what they cover."""
    covered: dict[Run, set[Place]] = {}
    for run in RUNS:
        _report(f"==== {run}")
        found = measure(run, arguments)
        if found is None:
            _report(f"the tests failed with {run}: it is not compared")
        else:
            covered[run] = found
    found_differences = differences(covered)
    same = f"the same lines and branches are covered by {len(covered)} runs of {len(RUNS)}"
    _report("\n".join(found_differences) or same)
    return len(covered) < len(RUNS) or bool(found_differences)


def _report(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
