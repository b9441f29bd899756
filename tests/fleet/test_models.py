"""Each process model: one token for each process, the right body for each call, a clean end."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import Engine, Start, celery_settings, files_with, secrets_of

from .conftest import Note
from .servers import SERVERS, Result, processes_of, request, wrong

pytestmark = pytest.mark.fleet


@pytest.mark.parametrize("command", [pytest.param(c, id=name) for name, c in SERVERS.items()])
def test_web_servers(start: Start, sandbox: Sandbox, note: Note, command: tuple[str, ...]) -> None:
    """Two workers of a web server have a token each, and stop in silence."""
    server = start(*command)

    results = request(server.address, count(), processes=2)
    server.stop()

    note(calls=len(results), processes=2, engines=[server])
    assert wrong(results) == []
    assert sandbox.token_requests == 2


Run = Callable[..., tuple[list[Result], Engine]]


@pytest.fixture
def run(start: Start) -> Run:
    """Run a program of ``models.py`` to its end; it may not complain."""

    def run(model: str, *, processes: int, calls: int = 64, **environ: str) -> Any:
        program = start("models", model, str(processes), str(calls), environ=environ)
        found = program.wait_for("results: (.*)\n")
        assert program.ended() == 0
        assert program.complaints == [], program.output
        return [tuple(result) for result in json.loads(found)], program

    return run


@pytest.mark.parametrize("model", ["fork", "forkserver", "spawn", "dask", "dask-pickled", "ray"])
def test_engines_with_processes_of_their_own(
    run: Run, sandbox: Sandbox, note: Note, model: str, tmp_path: Path, engine_files: dict[str, str]
) -> None:
    """Two worker processes have a token each, and no file of the engine has a secret."""
    results, program = run(model, processes=2, **engine_files)

    processes = processes_of(results)
    note(calls=len(results), processes=processes, engines=[program])
    assert wrong(results) == []
    assert sandbox.token_requests == processes >= 2
    assert [file for secret in secrets_of(sandbox) for file in files_with(secret, tmp_path)] == []


@pytest.mark.parametrize("model", ["process-per-task"])
def test_a_process_for_each_task(run: Run, sandbox: Sandbox, note: Note, model: str) -> None:
    """A process that ends after a task costs a token for each task, and nothing else."""
    results, program = run(model, processes=8, calls=8)

    note(calls=len(results), processes=processes_of(results), engines=[program])
    assert wrong(results) == []
    assert sandbox.token_requests == processes_of(results) == 8


@pytest.mark.parametrize("model", ["dask-scheduler"])
def test_a_scheduler_with_workers(
    run: Run, start: Start, sandbox: Sandbox, note: Note, model: str
) -> None:
    """Worker processes that were started on their own have a token each."""
    scheduler = start("dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    address = scheduler.wait_for(r"Scheduler at: +(tcp://127\.0\.0\.1:\d+)")
    arguments = ("--no-nanny", "--no-dashboard", "--nthreads", "4")
    workers = [start("dask", "worker", address, *arguments) for _ in range(2)]

    results, program = run(model, processes=2, SCHEDULER=address)
    for engine in (*workers, scheduler):
        engine.stop()

    note(calls=len(results), processes=2, engines=[program, scheduler, *workers])
    assert wrong(results) == []
    assert sandbox.token_requests == 2


@pytest.mark.parametrize(
    ("pool", "processes"),
    [
        pytest.param("prefork", 2, id="celery prefork"),
        pytest.param("threads", 1, id="celery threads"),
    ],
)
def test_celery(
    run: Run, start: Start, sandbox: Sandbox, note: Note, tmp_path: Path, pool: str, processes: int
) -> None:
    """A pool of processes has a token for each, one of threads a single one."""
    environ = celery_settings(tmp_path)
    arguments = ("--pool", pool, "--concurrency", "2", "--loglevel", "INFO")
    worker = start("celery", "--app", "queue_app", "worker", *arguments, environ=environ)
    worker.wait_for("ready")

    results, program = run("celery", processes=processes, calls=32, CLIENT_SECRET="", **environ)
    worker.stop()

    note(calls=len(results), processes=processes_of(results), engines=[program, worker])
    assert wrong(results) == []
    assert sandbox.token_requests == processes
    assert files_with("call", tmp_path / "processed") != []
    assert [file for secret in secrets_of(sandbox) for file in files_with(secret, tmp_path)] == []
