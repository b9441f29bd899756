"""Airflow, and each engine that runs a task in a process of its own: the client inside the task.

For tasks of a DAG. Airflow imports a DAG's file again and again, without your settings, so a client
is made in the task and never at module level. A process per task costs a token per task: give a
task many inputs, not one.

    @task                   # from airflow.sdk import task
    def labels(...): ...    # as below; the settings are variables of the worker's environment
"""

from __future__ import annotations

from collections.abc import Iterable

from persium_ext import Persium, PersiumError


def labels(inputs: Iterable[str]) -> list[dict[str, str | None]]:
    """Call once for each input: a batch costs one token, and a failed input fails alone.

    Only JSON is returned, because Airflow stores results in its database (XCom).
    """
    with Persium() as persium:
        return [label(persium, one) for one in inputs]


def label(persium: Persium, one: str) -> dict[str, str | None]:
    """Return the result or the error of an input."""
    try:
        me = persium.with_options(headers={"X-Input": one}).identity.get_me()
    except PersiumError as error:
        return {"input": one, "label": None, "error": str(error)}
    return {"input": one, "label": me.label, "error": None}
