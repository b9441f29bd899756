"""Runs the contenders of a scenario side by side: a round of each, then the next round of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from .figures import Measured
from .job import Figures, Job
from .scenarios import Scenario
from .server import Server

ROOT: Final = Path(__file__).resolve().parents[1]
RECORDS: Final = ROOT / ".cache" / "benchmarks" / "records"
"""Where the Makefile generated ``persium_api`` from ``records.yaml``."""


class Contender:
    """A contender and its worker process: one for all rounds, or one for each."""

    def __init__(self, job: Job, *, cold: bool) -> None:
        self._job = job
        self._cold = cold
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.communicate()
            self._process = None

    def round(self) -> Figures:
        """Do the job once.

        Raises:
            ChildProcessError: It could not be done.
        """
        process = self._process = self._process or self._start()
        assert process.stdin  # noqa: S101  # it is a pipe
        assert process.stdout  # noqa: S101  # the same
        try:
            process.stdin.write("\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it explains why in a line
        line = process.stdout.readline()
        figures = json.loads(line or '{"error": "the process ended without a result"}')
        if self._cold:
            self.__exit__()
        if "error" in figures:
            raise ChildProcessError(figures["error"])
        return {name: float(value) for name, value in figures.items()}

    def _start(self) -> subprocess.Popen[str]:
        command = (sys.executable, "-m", "benchmarks.worker", self._job.to_json())
        path = [str(RECORDS), str(ROOT)] if self._job.work == "records" else [str(ROOT)]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                **self._job.site.environment(),
                "PYTHONPATH": os.pathsep.join(path),
            },
        )


def measure(scenario: Scenario, server: Server, *, rounds: int) -> Measured:
    """Let each contender do *rounds* rounds, after one that does not count if they are not cold."""
    measured = Measured({}, {})
    with ExitStack() as stack:
        contenders = {
            name: stack.enter_context(Contender(_job(scenario, name, server), cold=scenario.cold))
            for name in scenario.contenders
        }
        for number in range(0 if scenario.cold else -1, rounds):
            for name in rotated(list(contenders), number):
                before = server.token_requests()
                try:
                    figures = contenders[name].round()
                except ChildProcessError as error:
                    measured.left_out[name] = str(error).replace(
                        f"{ROOT}/", ""
                    )  # it is for the page
                    contenders.pop(name)
                    continue
                figures["tokens"] = server.token_requests() - before
                if number >= 0:
                    measured.rounds.setdefault(name, []).append(figures)
                if figures.get("failed") == scenario.load.calls:
                    contenders.pop(name)  # another round would take as long, and show nothing new
    return measured


def rotated(names: list[str], number: int) -> list[str]:
    """Return *names*, in each round with another one first: no place is always the same one's."""
    start = number % len(names) if names else 0
    return names[start:] + names[:start]


def _job(scenario: Scenario, name: str, server: Server) -> Job:
    return Job(scenario.work, name, server.site(scenario.scheme), scenario.load)
