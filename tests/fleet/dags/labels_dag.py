"""A DAG of Airflow with the task of the recipe: ``python -m labels_dag`` runs it once."""

from __future__ import annotations

import json

from airflow.sdk import dag, task
from airflow_task import labels


@task
def show(found: list[list[dict[str, str | None]]]) -> None:
    """Print what the mapped tasks have returned."""
    print("found:", json.dumps(list(found)))


@dag
def labels_of_batches() -> None:
    """As docs/jobs.md shows it."""
    batches = [["a", "b"], ["c"], ["d", "e"]]
    show(task(labels).override(pool="default_pool", retries=3).expand(inputs=batches))


runnable = labels_of_batches()

if __name__ == "__main__":
    print("state:", runnable.test().state)
