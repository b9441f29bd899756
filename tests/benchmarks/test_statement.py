"""The statements that are measured as the first of a program."""

from __future__ import annotations

import pytest

from benchmarks.job import Job, Load
from benchmarks.scenarios import SCENARIOS
from benchmarks.site import Site
from benchmarks.work.statement import rounds
from persium_ext.sandbox import Sandbox

STATEMENTS = next(scenario for scenario in SCENARIOS if scenario.work == "statement")


@pytest.mark.parametrize("name", STATEMENTS.contenders)
def test_statement_is_measured(
    name: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each runs in a process of its own, and needs time."""
    for setting, value in sandbox.environ.items():
        monkeypatch.setenv(setting, value)
    job = Job(STATEMENTS.work, name, Site("http", 1, "", ""), Load())

    assert next(rounds(job))["seconds"] > 0
