"""Subjects have pinned versions and valid lists, and missing tools are reported."""

from __future__ import annotations

import json

import pytest
from adapters import cli
from adapters.build import TOOLCHAINS, BuildError, Toolchain
from adapters.judge import known_failures
from adapters.subjects import ROOT, SUBJECTS, Subject

SCENARIOS = ROOT / "conformance" / "persium_conformance" / "scenarios"
LIBRARIES = [subject for subject in SUBJECTS if subject.pin]
by_name = pytest.mark.parametrize("subject", LIBRARIES, ids=[s.name for s in LIBRARIES])


@by_name
def test_version_is_the_pinned_one(subject: Subject) -> None:
    """The version in the table is the one that the manifest pins exactly."""
    assert subject.label.removeprefix(subject.title).strip().replace(".", "").isdigit()


@by_name
def test_known_failures_are_scenarios(subject: Subject) -> None:
    """Each line of a list names an existing scenario and a reason."""
    documents = [json.loads(file.read_text()) for file in SCENARIOS.glob("*.json")]
    names = {scenario["id"] for document in documents for scenario in document["scenarios"]}
    known = known_failures(subject)

    assert known
    assert set(known) <= names
    assert all(len(reason) > 10 for reason in known.values())


def test_ours_and_the_examples_have_no_list() -> None:
    """Our clients and the examples have no list, which would hide a failure."""
    assert [s.name for s in SUBJECTS if s.known.exists()] == [s.name for s in LIBRARIES]


@pytest.fixture
def without_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the subjects by one whose tool does not exist."""
    subject = Subject(name="x", title="X", toolchain="x", command=("x",))
    monkeypatch.setattr(cli, "SUBJECTS", [subject])
    monkeypatch.setitem(TOOLCHAINS, "x", Toolchain(("no-such-tool",), ROOT, ()))
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("without_tools")
def test_missing_tools_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """Without its tools a subject is reported as not run."""
    assert cli.main(["--only", "x"]) == 0
    assert "not run: X: no no-such-tool" in capsys.readouterr().out


@pytest.mark.usefixtures("without_tools")
def test_missing_tools_are_an_error_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI a subject that does not run is an error."""
    monkeypatch.setenv("CI", "true")

    assert cli.main(["--only", "x"]) == 2


def test_failed_build_shows_its_output() -> None:
    """The error of a command that fails contains its output."""
    broken = Toolchain((), ROOT, (("sh", "-c", "echo reason; exit 3"),))

    with pytest.raises(BuildError, match="reason"):
        broken.build()
