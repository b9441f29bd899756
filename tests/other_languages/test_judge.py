"""A program's words and requests are compared with what the sandbox knows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from interop import _judge
from interop._calls import CALLS, SECRET
from interop._steps import StepError

PROGRAM = str(Path(__file__).with_name("program.py"))
NAMES = {call.name: call for call in CALLS}


def _complaint(name: str, defect: str, work: Path) -> str:
    return _judge.complaint(NAMES[name], (sys.executable, "-IS", PROGRAM, defect), work)


def test_right_program(tmp_path: Path) -> None:
    """A program that is right in every call is not complained of."""
    assert _judge.complaints((sys.executable, "-IS", PROGRAM, "none"), tmp_path) == []


@pytest.mark.parametrize(
    ("defect", "name", "words"),
    [
        ("wrong label", "200", "'label': 'Acme'"),
        ("does not encode", "200", "'stage': 'token', 'status': 500"),
        ("knows four members", "200, new members", "ended with 1:\nwhat is this?"),
        ("knows no status", "401", "which should be"),
        (
            "calls again",
            "429 without a body",
            "it sent [('POST', 200), ('GET', 429), ('GET', 200)]",
        ),
        ("adds a slash", "200, API_BASE_URL ends with a slash", "'stage': 'api', 'status': 404"),
        ("says a list", "200", "it said [], which should be"),
        ("says no JSON", "200", "it did not say JSON:\nfine"),
    ],
)
def test_wrong_program(defect: str, name: str, words: str, tmp_path: Path) -> None:
    """Each way to be wrong is seen, in the call that shows it, and said."""
    assert words in _complaint(name, defect, tmp_path)


@pytest.mark.parametrize("defect", ["prints the secret", "prints the token"])
def test_leak(defect: str, tmp_path: Path) -> None:
    """A program that prints its secret or token is wrong, and the report does not repeat it."""
    complaint = _complaint("200", defect, tmp_path)

    assert complaint == "it printed its secret or its token"
    assert SECRET not in complaint


def test_no_program(tmp_path: Path) -> None:
    """A program that is not there is an error, not a pass."""
    with pytest.raises(StepError, match="nowhere"):
        _judge.complaints(("./nowhere",), tmp_path)
