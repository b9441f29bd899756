"""Queues, schedulers, functions and notebooks: one token for each process that works."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import PATIENCE, Start, celery_settings, files_with, reach, secrets_of

from .conftest import RECIPES

pytestmark = pytest.mark.examples

PRODUCER = """
import sys
from celery_tasks import caller
results = [caller.delay() for _ in range(int(sys.argv[1]))]
print([result.get(timeout=60)["client_id"] for result in results])
"""


@contextmanager
def program(*arguments: str, environ: dict[str, str]) -> Generator[subprocess.Popen[str]]:
    """Run Python in the folder of the recipes, and talk to it."""
    with subprocess.Popen(
        (sys.executable, *arguments),
        cwd=RECIPES,
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(*arguments: str, environ: dict[str, str]) -> str:
    """Run Python to its end, and return its output; it may not complain."""
    done = subprocess.run(
        (sys.executable, *arguments),
        cwd=RECIPES,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def queue(tmp_path: Path) -> dict[str, str]:
    """A broker and results in files, for Celery."""
    return celery_settings(tmp_path)


def test_each_worker_of_celery_requests_one_token(
    start: Start, sandbox: Sandbox, queue: dict[str, str], tmp_path: Path
) -> None:
    """The producer has no settings; two workers have a token each; no file has a secret."""
    command = ("celery", "--app", "celery_tasks", "worker", "--concurrency", "2", "-l", "INFO")
    worker = start(*command, environ=queue)
    worker.wait_for("ready")

    names = reach(
        lambda: json.loads(run("-c", PRODUCER, "8", environ=queue).replace("'", '"')),
        sandbox,
        processes=2,
    )
    worker.stop()

    assert set(names) == {sandbox.client_id}
    assert sandbox.token_requests == 2
    assert files_with(sandbox.client_id, tmp_path) != []
    assert [file for secret in secrets_of(sandbox) for file in files_with(secret, tmp_path)] == []


def test_an_outage_is_left_to_celery(start: Start, sandbox: Sandbox, queue: dict[str, str]) -> None:
    """A task that is throttled for long is retried by the queue when the server asked for it."""
    sandbox.answer("getMe", status=429, headers={"Retry-After": "61"})
    worker = start("celery", "--app", "celery_tasks", "worker", "-l", "INFO", environ=queue)
    worker.wait_for("ready")

    run("-c", "import celery_tasks; celery_tasks.caller.delay()", environ=queue)

    assert worker.wait_for(r"Retry in ([\d.]+)s") == "61.0"


@pytest.fixture
def recipes(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """Import recipes here, with the settings of the sandbox."""
    monkeypatch.syspath_prepend(RECIPES)
    for name, value in sandbox.environ.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("recipes")
def test_a_process_per_task_requests_one_token(sandbox: Sandbox) -> None:
    """Three tasks of four inputs, each in a process of its own, cost three tokens."""
    labels = import_module("airflow_task").labels

    batches = [[f"{task}-{number}" for number in range(4)] for task in range(3)]
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        results = list(processes.map(labels, batches))

    assert [[one["input"] for one in task] for task in results] == batches
    assert {one["label"] for task in results for one in task} == {sandbox.client.label}
    assert sandbox.token_requests == 3


@pytest.mark.usefixtures("recipes")
def test_a_failed_input_fails_alone(sandbox: Sandbox) -> None:
    """The error of an input is data, beside the results of the others."""
    labels = import_module("airflow_task").labels

    sandbox.answer("getMe", status=403)

    first, second = labels(["a", "b"])

    assert (first["label"], first["error"] is None) == (None, False)
    assert (second["label"], second["error"]) == (sandbox.client.label, None)


def test_a_dag_is_imported_without_settings() -> None:
    """The scheduler of Airflow imports the file, and has no settings."""
    assert run("-c", "import airflow_task", environ={}) == ""


RUNTIME = """
import sys
from lambda_handler import handler

class Context:
    def get_remaining_time_in_millis(self):
        return remaining

for line in sys.stdin:
    remaining = int(line)
    try:
        print(handler({}, Context())["client_id"], flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""


class Function:
    """A platform that calls a function by a line, and freezes it between calls."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdin
        assert process.stdout
        self._events, self._results = process.stdin, process.stdout

    def call(self, *, remaining: int = 60_000) -> str:
        """Thaw it, send an event, return the result, and freeze it; *remaining* is in ms."""
        self._process.send_signal(signal.SIGCONT)
        self._events.write(f"{remaining}\n")
        self._events.flush()
        result = self._results.readline().strip()
        self._process.send_signal(signal.SIGSTOP)
        return result


@pytest.fixture
def function(sandbox: Sandbox) -> Iterator[Function]:
    """A warm function."""
    with program("-c", RUNTIME, environ=sandbox.environ) as process:
        yield Function(process)


def test_warm_calls_share_a_token(function: Function, sandbox: Sandbox) -> None:
    """A process that is frozen between calls keeps its token."""
    results = [function.call() for _ in range(5)]

    assert results == [sandbox.client_id] * 5
    assert sandbox.token_requests == 1


def test_time_in_the_freezer_counts(function: Function, sandbox: Sandbox) -> None:
    """A token that became too old while the process was frozen is not sent."""
    sandbox.token_life = 31
    function.call()

    time.sleep(1.1)  # the sandbox and the function have clocks of their own

    assert function.call() == sandbox.client_id
    assert sandbox.token_requests == 2
    assert 401 not in {exchange.status for exchange in sandbox.exchanges}


def test_a_call_ends_before_the_function(function: Function, sandbox: Sandbox) -> None:
    """A call that takes too long is an error of ours, while the platform still runs the process."""
    sandbox.fault("stall", at="api")

    assert function.call(remaining=1000) == "DeadlineExceeded"


def cells(notebook: Path) -> list[str]:
    """Return the cells of a notebook in the percent format."""
    return notebook.read_text(encoding="utf-8").split("\n# %%")[1:]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of jupyter_client
@pytest.mark.usefixtures("recipes")
def test_a_notebook_requests_one_token(sandbox: Sandbox) -> None:
    """A Jupyter kernel runs the cells, blocking ones and those that await."""
    shown: list[Any] = []
    manager, client = import_module("jupyter_client.manager").start_new_kernel()
    try:
        for cell in cells(RECIPES / "notebook.py"):
            reply = client.execute_interactive(
                f"# %%{cell}", timeout=PATIENCE, output_hook=lambda m: shown.append(m["content"])
            )
            assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel()

    assert f"20 {sandbox.client.label}" in str(shown)
    assert sandbox.token_requests == 1
    assert sandbox.api_requests == 21
    assert [secret for secret in secrets_of(sandbox) if secret in str(shown)] == []
