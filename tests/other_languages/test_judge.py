"""A program's output and requests are compared with those that the sandbox expects."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from interop import judge
from interop.calls import CALLS, SECRET
from interop.steps import StepError

PROGRAM = str(Path(__file__).with_name("program.py"))
NAMES = {call.name: call for call in CALLS}


def _error(name: str, defect: str, work: Path) -> str:
    return judge.error(NAMES[name], (sys.executable, "-IS", PROGRAM, defect), work)


def test_right_program(tmp_path: Path) -> None:
    """A correct program has no errors in any call."""
    assert judge.errors((sys.executable, "-IS", PROGRAM, "none"), tmp_path) == []


@pytest.mark.parametrize(
    ("defect", "name", "words"),
    [
        ("wrong label", "200", "'label': 'Acme'"),
        ("does not encode", "200", "'stage': 'token', 'status': 500"),
        ("rejects new members", "200, new members", "exited with 1:\nunknown members"),
        ("reports no status", "401", ", expected {"),
        (
            "calls again",
            "429 without a body",
            "it sent [('POST', 200), ('GET', 429), ('GET', 200)]",
        ),
        ("adds a slash", "200, API_BASE_URL ends with a slash", "'stage': 'api', 'status': 404"),
        ("prints a list", "200", "it printed [], expected {"),
        ("prints no JSON", "200", "it did not print JSON:\nfine"),
    ],
)
def test_wrong_program(defect: str, name: str, words: str, tmp_path: Path) -> None:
    """Each defect is found and reported in the call that shows it."""
    assert words in _error(name, defect, tmp_path)


@pytest.mark.parametrize("defect", ["prints the secret", "prints the token"])
def test_leak(defect: str, tmp_path: Path) -> None:
    """A program that prints its secret or token fails, and the report does not repeat it."""
    error = _error("200", defect, tmp_path)

    assert error == "it printed its secret or its token"
    assert SECRET not in error


def test_no_program(tmp_path: Path) -> None:
    """A program that does not exist is an error."""
    with pytest.raises(StepError, match="missing"):
        judge.errors(("./missing",), tmp_path)
