"""The order of a release: nothing is published that was not tested, compared and attested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
RELEASE: dict[Any, Any] = yaml.safe_load((FOLDER / "release.yml").read_text(encoding="utf-8"))
CI: dict[Any, Any] = yaml.safe_load((FOLDER / "ci.yml").read_text(encoding="utf-8"))
JOBS: dict[str, Any] = RELEASE["jobs"]


def before(job: str) -> set[str]:
    """Every job that has to be done before *job* starts."""
    needs = set(JOBS[job].get("needs", []))
    return needs.union(*(before(need) for need in needs))


def test_only_tags_release() -> None:
    """A tag ``v…`` starts it, and nothing else."""
    assert RELEASE[True] == {"push": {"tags": ["v*"]}}


def test_publishing_comes_last() -> None:
    """Tests, audit, build and attestations come first, each in a job without rights to publish."""
    assert before("publish") == {"test", "audit", "build", "attest"}
    assert before("announce") == {"publish", *before("publish")}


def test_release_runs_what_ci_runs() -> None:
    """The tests and the audit are CI's, step by step."""
    assert JOBS["test"]["steps"] == CI["jobs"]["run"]["steps"]
    assert JOBS["audit"]["steps"] == CI["jobs"]["audit"]["steps"]


def test_tag_is_compared_before_the_build() -> None:
    """``release tag`` runs before ``make dist``."""
    commands = [step.get("run", "") for step in JOBS["build"]["steps"]]

    tag = commands.index('.venv/bin/python -m release tag "$GITHUB_REF_NAME"')
    assert tag < commands.index("make dist")


def test_publishing_is_trusted_and_attested() -> None:
    """PyPI's action, in the environment ``pypi``, with attestations and without a password."""
    assert JOBS["publish"]["environment"]["name"] == "pypi"
    download, publish = JOBS["publish"]["steps"]
    assert publish["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert publish["with"] == {"attestations": True}
    assert download["with"] == {"name": "packages", "path": "dist"}
    kinds = [step["uses"].split("@")[0] for step in JOBS["attest"]["steps"] if "uses" in step]
    assert kinds[1:] == ["actions/attest-build-provenance", "actions/attest"]
