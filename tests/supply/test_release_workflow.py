"""The order of a release: nothing is published before it is tested, compared and attested."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / ".github" / "workflows"
RELEASE: dict[Any, Any] = yaml.safe_load((FOLDER / "release.yml").read_text(encoding="utf-8"))
JOBS: dict[str, Any] = RELEASE["jobs"]


def before(job: str) -> set[str]:
    """Return every job that has to succeed before *job* starts."""
    needs = set(JOBS[job].get("needs", []))
    return needs.union(*(before(need) for need in needs))


def test_only_tags_release() -> None:
    """A tag ``v…`` starts the workflow, and nothing else does."""
    assert RELEASE[True] == {"push": {"tags": ["v*"]}}


def test_publishing_comes_last() -> None:
    """The checks of each change, the build and the attestations precede the publication."""
    assert JOBS["check"]["uses"] == "$/.github/workflows/ci.yml"
    assert before("publish") == {"check", "build", "attest"}
    assert before("announce") == {"publish", *before("publish")}


def test_tag_is_compared_before_the_build() -> None:
    """``release tag`` runs before ``make dist``."""
    commands = [step.get("run", "") for step in JOBS["build"]["steps"]]

    tag = commands.index('.venv/bin/python -m release tag "$GITHUB_REF_NAME"')
    assert tag < commands.index("make dist")


def uploaded(artifact: str) -> list[str]:
    """Return the patterns of the files in an artifact."""
    (step,) = [
        step for step in JOBS["build"]["steps"] if step.get("with", {}).get("name") == artifact
    ]
    patterns: list[str] = step["with"]["path"].split()
    return patterns


def test_site_is_part_of_the_release() -> None:
    """The site is built after ``make dist``, which empties the folder, and is attached."""
    commands = [step.get("run", "") for step in JOBS["build"]["steps"]]

    assert commands.index("make dist") < commands.index("make docs")
    assert "dist/persium-docs.zip" in uploaded("evidence")


def test_index_gets_packages_only() -> None:
    """What else is attached to the release does not match the pattern of what is published."""
    others = [name.replace("*", "persium-1") for name in uploaded("evidence")]

    assert [one for one in others for what in uploaded("packages") if fnmatch(one, what)] == []


def test_publishing_is_trusted_and_attested() -> None:
    """The job ``publish`` uses trusted publishing in an environment, with attestations."""
    assert JOBS["publish"]["environment"] == "pypi"
    download, publish = JOBS["publish"]["steps"]
    assert publish["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert publish["with"] == {"attestations": True}
    assert download["with"] == {"name": "packages", "path": "dist"}
    kinds = [step["uses"].split("@")[0] for step in JOBS["attest"]["steps"] if "uses" in step]
    assert kinds[1:] == ["actions/attest-build-provenance", "actions/attest"]
