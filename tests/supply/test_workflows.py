"""The workflows: pinned, with the least of rights, without secrets; what they call exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
pytestmark = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
GRANTS = {
    "ci.yml": {"run": {"contents": "read"}, "audit": {"contents": "read"}},
    "release.yml": {
        "test": {"contents": "read"},
        "audit": {"contents": "read"},
        "build": {"contents": "read"},
        "attest": {"id-token": "write", "attestations": "write"},
        "publish": {"id-token": "write"},
        "announce": {"contents": "write"},
    },
}


def read(file: Path) -> dict[Any, Any]:
    """Parse a workflow; YAML takes its ``on`` for true."""
    workflow: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return workflow


def test_actions_are_pinned_by_commit(file: Path) -> None:
    """Each ``uses`` names a commit, and the version that it is in a comment."""
    uses = re.findall(r"uses:(.*)", file.read_text(encoding="utf-8"))
    pinned = re.compile(r" [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

    assert uses
    assert [line for line in uses if not pinned.fullmatch(line)] == []


def test_rights_are_the_least(file: Path) -> None:
    """None by default, and for each job what the table here says."""
    workflow = read(file)

    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == GRANTS[file.name]


def test_no_secret_and_no_foreign_code_with_rights(file: Path) -> None:
    """Nothing to steal: no secret, no token left in the checkout, no ``pull_request_target``."""
    text, workflow = file.read_text(encoding="utf-8"), read(file)
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]

    assert "secrets." not in text
    assert not {"pull_request_target", "workflow_run"} & set(workflow[True])
    for step in steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        # what others may choose, such as a branch's name, reaches a shell by the environment only
        assert "${{" not in step.get("run", "")


def test_jobs_end(file: Path) -> None:
    """A job that hangs is stopped."""
    assert all(0 < job["timeout-minutes"] <= 180 for job in read(file)["jobs"].values())


def test_what_is_called_exists(file: Path) -> None:
    """Make targets and scripts of the repository."""
    text = file.read_text(encoding="utf-8")
    makefile = (
        (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(DEV):", ".venv/dev.stamp:")
    )
    targets = re.findall(r"run: make (\S+)", text)

    assert targets
    assert [
        one for one in targets if not re.search(rf"^{re.escape(one)}:", makefile, re.MULTILINE)
    ] == []
    assert all((ROOT / script).exists() for script in re.findall(r"run: (\.ci/\S+)", text))
