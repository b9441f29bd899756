"""The comparison of what runs cover."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.coverage_stable import RUNS, Place, differences, places

IDLE, *_, BUSY = RUNS


def test_equal_runs_have_no_differences() -> None:
    """Runs that cover the same lines and branches are not reported."""
    assert differences({IDLE: {Place("a.py", 1)}, BUSY: {Place("a.py", 1)}}) == []


def test_a_difference_names_the_place_and_the_runs() -> None:
    """What only one run covers is reported with file, line, branch and that run."""
    both = {Place("a.py", 1), Place("a.py", 2)}

    found = differences({IDLE: {*both, Place("a.py", 2, 5)}, BUSY: {*both, Place("b.py", 7)}})

    assert found == [f"a.py:2 -> 5: only with {IDLE}", f"b.py:7: only with {BUSY}"]


def test_lines_and_branches_are_read_from_a_report(tmp_path: Path) -> None:
    """Both come from the JSON report of coverage."""
    report = tmp_path / "coverage.json"
    file = {"executed_lines": [1, 2], "executed_branches": [[2, -1]]}
    report.write_text(json.dumps({"files": {"a.py": file}}))

    assert places(report) == {Place("a.py", 1), Place("a.py", 2), Place("a.py", 2, -1)}


def test_runs_differ_in_workers_load_and_order() -> None:
    """One, three and eight workers, idle and busy, never twice in one order."""
    assert {(run.workers, run.busy) for run in RUNS} == {
        (workers, busy) for workers in (1, 3, 8) for busy in (False, True)
    }
    assert len({run.seed for run in RUNS}) == len(RUNS)


KILLED = """
import os, signal

def pytest_unconfigure(config):
    if hasattr(config, "workerinput"):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process has no SIGKILL")
def test_a_worker_that_is_killed_at_its_end_loses_nothing(tmp_path: Path) -> None:
    """Each worker has saved its coverage before it reports that it has finished."""
    for name, text in {
        ".coveragerc": "[run]\nbranch = true\nparallel = true\npatch = subprocess\n",
        "conftest.py": KILLED,
        "measured.py": "def double(number):\n    return 2 * number\n",
        "test_it.py": "from measured import double\n\ndef test_it():\n    assert double(2) == 4\n",
    }.items():
        (tmp_path / name).write_text(text)
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    options = ("-q", "-n", "1", "-p", "tests.support.saved_coverage")

    for command in (("run", "-m", "pytest", *options), ("combine",), ("json",)):
        arguments = (sys.executable, "-m", "coverage", *command)
        subprocess.run(arguments, cwd=tmp_path, env=environ, check=True, capture_output=True)

    assert Place("measured.py", 2) in places(tmp_path / "coverage.json")
