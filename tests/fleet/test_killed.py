"""The job of ``examples/dask`` on each engine, while one of its workers is killed."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import psutil
import pytest

from persium_ext.sandbox import FaultSpec, Sandbox
from persium_ext.sandbox.fault_spec import Stage
from persium_ext.sandbox.messages import Request, Response
from tests.support.engine import PATIENCE, Engine, Start, celery_settings, starter

from .conftest import echo
from .job import JOBS, Job

pytestmark = pytest.mark.fleet


@pytest.fixture
def start(tmp_path: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Start engines in the folder of the job."""
    yield from starter(JOBS, tmp_path, sandbox)


class HalfWay:
    """Counts the calls of each input, and holds those after the first hundred until ``go_on``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.calls: Counter[str] = Counter()
        self._lock, self._held = threading.Lock(), threading.Semaphore(0)
        self.go_on = threading.Event()
        sandbox.clear_faults()
        sandbox.fault(FaultSpec(self._respond, Stage.RESPONSE), at="getMe")

    def _respond(self, request: Request, response: Response) -> Response:
        with self._lock:
            self.calls[request.headers["X-Input"]] += 1
            holds = self.calls.total() > 100
        if holds:
            self._held.release()
            self.go_on.wait(PATIENCE)
        return echo(request, response)

    def wait(self, calls: int) -> None:
        """Return when so many calls are held."""
        for _ in range(calls):
            assert self._held.acquire(timeout=PATIENCE)


@pytest.fixture
def half_way(sandbox: Sandbox) -> Iterator[HalfWay]:
    """Hold the calls of a job."""
    holding = HalfWay(sandbox)
    yield holding
    holding.go_on.set()


def cluster(start: Start, *, workers: int) -> tuple[str, list[Engine]]:
    """Start a scheduler of Dask and workers with eight threads; nobody restarts them."""
    scheduler = start("dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    address = scheduler.wait_for(r"Scheduler at: +(tcp://127\.0\.0\.1:\d+)")
    arguments = ("--no-nanny", "--no-dashboard", "--nthreads", "8")
    return address, [start("dask", "worker", address, *arguments) for _ in range(workers)]


def kill_one(engine: Engine, title: str) -> None:
    """Kill the last of the processes below *engine* whose command line has *title*."""
    below = psutil.Process(engine.pid).children(recursive=True)
    [one for one in below if title in command_line(one)][-1].kill()


def command_line(process: psutil.Process) -> str:
    """Return its command line; one that has ended has none."""
    with suppress(psutil.NoSuchProcess):  # a zombie too
        return " ".join(process.cmdline())
    return ""


def check(job: Job, half_way: HalfWay, sandbox: Sandbox) -> None:
    """Each input has a value; each that was called twice, and not each one, says so."""
    job.check(sandbox)
    assert job.errors == []
    twice = {one for one, calls in half_way.calls.items() if calls > 1}
    assert twice
    assert twice <= job.repeated < set(job.inputs)


def test_on_dask(start: Start, sandbox: Sandbox, half_way: HalfWay, tmp_path: Path) -> None:
    """The other worker takes over, without another token."""
    job = Job(tmp_path, size=1000)
    address, [victim, _] = cluster(start, workers=2)
    program = start("job", *job.files, "--batch", "20", "--scheduler", address)
    half_way.wait(16)  # both workers have eight threads

    victim.kill()
    half_way.go_on.set()

    assert program.ended() == 0, program.output
    assert sandbox.token_requests == 2
    check(job, half_way, sandbox)


def test_on_celery(start: Start, sandbox: Sandbox, half_way: HalfWay, tmp_path: Path) -> None:
    """Celery starts another process, which has a token of its own."""
    job, environ = Job(tmp_path, size=400), celery_settings(tmp_path)
    arguments = ("--concurrency", "2", "--loglevel", "INFO")
    worker = start("celery", "--app", "on_celery", "worker", *arguments, environ=environ)
    worker.wait_for("ready")
    program = start("on_celery", *job.files, environ=environ)
    half_way.wait(16)  # both processes have eight threads

    kill_one(worker, "celery")
    half_way.go_on.set()

    assert program.ended() == 0, program.output
    assert sandbox.token_requests <= 3
    check(job, half_way, sandbox)


def test_on_ray(
    start: Start,
    sandbox: Sandbox,
    half_way: HalfWay,
    tmp_path: Path,
    engine_files: dict[str, str],
) -> None:
    """Ray starts another process, which has a token of its own."""
    job = Job(tmp_path, size=400)
    program = start("on_ray", *job.files, environ=engine_files)
    half_way.wait(8)  # a process has eight threads

    kill_one(program, "ray::run_batch")
    half_way.go_on.set()

    assert program.ended() == 0, program.output
    assert sandbox.token_requests <= (os.cpu_count() or 1) + 1
    check(job, half_way, sandbox)


SPARK = """
spark.driver.bindAddress 127.0.0.1
spark.driver.host 127.0.0.1
spark.master local[2,4]
spark.ui.enabled false
"""


def test_on_spark(start: Start, sandbox: Sandbox, half_way: HalfWay, tmp_path: Path) -> None:
    """Spark starts another Python worker, which has a token of its own."""
    job = Job(tmp_path, size=400)
    (tmp_path / "spark-defaults.conf").write_text(SPARK)
    environ = {"SPARK_CONF_DIR": str(tmp_path), "PYSPARK_PYTHON": sys.executable}
    program = start("on_spark", *job.files, environ=environ)
    half_way.wait(16)  # both workers have eight threads

    kill_one(program, "pyspark.daemon")  # which forks workers
    half_way.go_on.set()

    assert program.ended() == 0, program.output
    assert sandbox.token_requests <= 3
    check(job, half_way, sandbox)


def test_redelivered_by_a_broker(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that RabbitMQ or Redis had delivered before is lost: the program runs it again."""
    for name, value in {**sandbox.environ, **celery_settings(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(JOBS)
    task = import_module("on_celery").run_batch
    lost = import_module("billiard.exceptions").WorkerLostError

    task.push_request(delivery_info={"redelivered": True})
    with pytest.raises(lost):
        task.run(["an input"])
    task.pop_request()

    assert sandbox.api_requests == 0
