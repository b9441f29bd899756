"""The recipe for Airflow, in a DAG with mapped tasks that Airflow runs itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import Start, files_with, secrets_of, starter

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).parent / "dags"
RECIPES = Path(__file__).parents[2] / "examples" / "python"


@pytest.fixture
def start(tmp_path: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Start Airflow in the folder of the DAG."""
    yield from starter(DAGS, tmp_path, sandbox)


def test_mapped_tasks(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    """Each batch has its outcomes, in one process with one token; the database has no secret."""
    environ = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PYTHONPATH": str(RECIPES),
    }
    assert start("airflow", "db", "migrate", environ=environ).ended() == 0

    program = start("labels_dag", environ=environ)
    found = json.loads(program.wait_for("found: (.*)\n"))

    assert program.ended() == 0
    assert "state: success" in program.output
    outcomes = [(one["input"], one["label"]) for batch in found for one in batch]
    assert outcomes == [(one, one) for one in "abcde"]
    assert sandbox.token_requests == 1
    assert files_with("labels_of_batches", tmp_path) != []
    assert [file for secret in secrets_of(sandbox) for file in files_with(secret, tmp_path)] == []
