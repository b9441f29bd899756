"""The workflows: pinned actions, least privilege, no stored secrets, commands that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
READ = {"contents": "read"}
GRANTS = {
    "audit.yml": {"audit": READ},
    "ci.yml": {"run": READ, "systems": READ, "audit": READ},
    "nightly.yml": {"nightly": READ},
    "release.yml": {
        "check": READ,
        "build": READ,
        "attest": {"id-token": "write", "attestations": "write"},
        "publish": {"id-token": "write"},
        "announce": {"contents": "write"},
    },
}
each_workflow = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)


def read(file: Path) -> dict[Any, Any]:
    """Parse a workflow or an action; YAML reads the key ``on`` as true."""
    document: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda file: file.parent.name)
def test_actions_are_pinned_by_commit(file: Path) -> None:
    """Each ``uses`` names a file of this repository, or a commit with its version in a comment."""
    uses = re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))
    pinned = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    own = [name.removeprefix("$/") for name in uses if name.startswith("$/")]

    assert uses
    assert [name for name in own if not (ROOT / name).exists()] == []
    assert [name for name in uses if not (name.startswith("$/") or pinned.fullmatch(name))] == []


@each_workflow
def test_each_job_has_the_permissions_it_needs(file: Path) -> None:
    """A workflow grants nothing by default, and each job what the table in this module lists."""
    workflow = read(file)

    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == GRANTS[file.name]


@each_workflow
def test_no_secret_and_no_foreign_code_with_permissions(file: Path) -> None:
    """No stored secret, no token in the checkout, no ``pull_request_target``, no address."""
    text, workflow = file.read_text(encoding="utf-8"), read(file)
    steps = [step for job in workflow["jobs"].values() for step in job.get("steps", ())]

    assert not re.search(r"secrets\.|secrets: inherit|://", text)
    assert not {"pull_request_target", "workflow_run"} & set(workflow[True])
    for step in steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        # a value that others choose, such as a branch name, reaches a shell as a variable only
        assert "${{" not in step.get("run", "")


@each_workflow
def test_each_job_has_a_timeout(file: Path) -> None:
    """A job that hangs is stopped; a job that calls another workflow has the timeouts there."""
    jobs = [job for job in read(file)["jobs"].values() if "uses" not in job]

    assert all(0 < job["timeout-minutes"] <= 180 for job in jobs)


@each_workflow
def test_called_commands_exist(file: Path) -> None:
    """Each ``make`` target and each script that a workflow runs is in the repository."""
    text = file.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"run: make ([a-z-]+)", text)
    scripts = re.findall(r"run: (\.ci/\S+)", text)

    assert targets or scripts
    assert [name for name in targets if not re.search(rf"(?m)^{name}:", makefile)] == []
    assert [name for name in scripts if not (ROOT / name).exists()] == []
