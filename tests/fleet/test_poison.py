"""The job of ``examples/dask`` on each engine, with inputs that kill their worker each time."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import Start, celery_settings, starter

from .job import JOBS, Job

pytestmark = pytest.mark.fleet

POISON = {"input-7", "input-90"}
OPERATION = """

import os
import signal

harmless = operation


def operation(persium, one):
    if one in {poison}:
        with open({deaths!r}, "a") as file:
            file.write(one + "\\n")
        os.kill(os.getpid(), signal.SIGKILL)
    return harmless(persium, one)
"""
"""Takes the place of the operation in ``work.py``, which is the user's to change."""


class Poisoned:
    """A copy of the job, whose operation kills its process for the inputs in ``POISON``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._deaths = folder / "programs", folder / "deaths.txt"
        shutil.copytree(JOBS, self.folder)
        with (self.folder / "work.py").open("a", encoding="utf-8") as file:
            file.write(OPERATION.format(poison=POISON, deaths=str(self._deaths)))

    def check(self, job: Job, sandbox: Sandbox, *, deaths: int) -> None:
        """The poison has failed, everything else has not, and few workers have died of it."""
        job.check(sandbox)
        assert {outcome["input"] for outcome in job.outcomes if outcome["error"]} == POISON
        assert job.repeated >= POISON
        died = Counter(self._deaths.read_text().splitlines())
        assert died.keys() == POISON
        assert max(died.values()) <= deaths


@pytest.fixture
def poisoned(tmp_path: Path) -> Poisoned:
    """The programs of the job."""
    return Poisoned(tmp_path)


@pytest.fixture
def start(tmp_path: Path, sandbox: Sandbox, poisoned: Poisoned) -> Iterator[Start]:
    """Start engines in the folder of the copy."""
    yield from starter(poisoned.folder, tmp_path, sandbox)


def test_on_dask(start: Start, sandbox: Sandbox, poisoned: Poisoned, tmp_path: Path) -> None:
    """Dask gives up after four workers; the input is tried alone, and that costs four more."""
    job = Job(tmp_path, size=200)

    program = start("job", *job.files, "--batch", "5", "--threads", "2")

    assert program.ended() == 1, program.output
    assert "#] 200 of 200 inputs, 2 failed" in program.output
    assert {error.partition(":")[0] for error in job.errors} == {"KilledWorker"}
    poisoned.check(job, sandbox, deaths=8)


def test_on_celery(start: Start, sandbox: Sandbox, poisoned: Poisoned, tmp_path: Path) -> None:
    """The batch is run three times, and the input twice alone."""
    job, environ = Job(tmp_path, size=200), celery_settings(tmp_path)
    with (tmp_path / "celery_settings.py").open("a") as file:
        file.write("worker_lost_wait = 0.5\n")  # 10 s, in which a result may still arrive
    arguments = ("--concurrency", "2", "--loglevel", "INFO")
    worker = start("celery", "--app", "on_celery", "worker", *arguments, environ=environ)
    worker.wait_for("ready")

    program = start("on_celery", *job.files, environ=environ)

    assert program.ended() == 0, program.output
    assert {error.partition(":")[0] for error in job.errors} == {"WorkerLostError"}
    poisoned.check(job, sandbox, deaths=5)


def test_on_ray(
    start: Start,
    sandbox: Sandbox,
    poisoned: Poisoned,
    tmp_path: Path,
    engine_files: dict[str, str],
) -> None:
    """The same on Ray."""
    job = Job(tmp_path, size=200)

    program = start("on_ray", *job.files, environ=engine_files)

    assert program.ended() == 0, program.output
    assert {error.partition(":")[0] for error in job.errors} == {"WorkerCrashedError"}
    poisoned.check(job, sandbox, deaths=5)
