"""The job of ``examples/dask``: each input has one outcome, whatever happens to a worker."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from persium_ext.sandbox import FaultSpec, Sandbox
from persium_ext.sandbox.fault_spec import Stage
from persium_ext.sandbox.messages import Request, Response
from tests.support.engine import Start, celery_settings, starter

from .job import JOBS, Job

pytestmark = pytest.mark.fleet


@pytest.fixture
def start(tmp_path: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Start engines in the folder of the job."""
    yield from starter(JOBS, tmp_path, sandbox)


def test_a_failed_input_is_data(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    """Five of 500 inputs have an error, and the others a value; two workers cost two tokens."""
    job = Job(tmp_path, size=500)
    sandbox.answer("getMe", status=403, times=5)

    program = start("job", *job.files, "--batch", "10")

    assert program.ended() == 1, program.output
    assert "#] 500 of 500 inputs, 5 failed" in program.output
    assert len(job.errors) == 5
    assert sandbox.token_requests == 2
    assert program.complaints == []
    job.check(sandbox)


def test_throttling_slows_a_job(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    """A hundred 429s, more than a call retries, fail no input."""
    job = Job(tmp_path, size=200)
    sandbox.answer("getMe", status=429, headers={"Retry-After": "1"}, times=100)

    program = start("job", *job.files, "--batch", "10")

    assert program.ended() == 0, program.output
    assert Counter(exchange.status for exchange in sandbox.exchanges)[429] == 100
    assert job.errors == []
    job.check(sandbox)


def test_concurrency_is_bounded(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    """Two workers with three threads make at most six calls at once."""
    job, lock, numbers = Job(tmp_path, size=120), threading.Lock(), [0]
    peaks: list[int] = []

    def counted(_: Request, response: Response) -> Response:
        """Calls are counted while they are in the server."""
        with lock:
            numbers[0] += 1
            peaks.append(numbers[0])
        time.sleep(0.05)
        with lock:
            numbers[0] -= 1
        return response

    sandbox.clear_faults()
    sandbox.fault(FaultSpec(counted, Stage.RESPONSE), at="getMe")

    program = start("job", *job.files, "--batch", "4", "--threads", "3")

    assert program.ended() == 0, program.output
    assert len(peaks) == 120
    assert max(peaks) <= 6


def test_a_missing_setting_ends_a_job(start: Start, tmp_path: Path) -> None:
    """The job ends before its first call, with an error that names the setting."""
    job = Job(tmp_path, size=10)

    program = start("job", *job.files, environ={"CLIENT_ID": ""})

    assert program.ended() == 1
    assert "CLIENT_ID" in program.output
    assert job.outcomes == []


def test_the_job_on_celery(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    """Two worker processes of Celery do the job with a token each, or one with one."""
    job, environ = Job(tmp_path, size=400), celery_settings(tmp_path)
    arguments = ("--concurrency", "2", "--loglevel", "INFO")
    worker = start("celery", "--app", "on_celery", "worker", *arguments, environ=environ)
    worker.wait_for("ready")

    program = start("on_celery", *job.files, environ=environ)

    assert program.ended() == 0, program.output
    worker.stop()
    assert job.errors == []
    assert sandbox.token_requests <= 2
    job.check(sandbox)


def test_the_job_on_ray(
    start: Start, sandbox: Sandbox, tmp_path: Path, engine_files: dict[str, str]
) -> None:
    """The worker processes of Ray, at most one for each core, do the job with a token each."""
    job = Job(tmp_path, size=400)

    program = start("on_ray", *job.files, environ=engine_files)

    assert program.ended() == 0, program.output
    assert program.complaints == []
    assert job.errors == []
    assert sandbox.token_requests <= (os.cpu_count() or 1)
    job.check(sandbox)
