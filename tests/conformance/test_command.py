"""The command, with real subjects: exit codes, options, files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from persium_conformance import leaks
from persium_conformance.cli import main

from .conftest import PYTHON, REFERENCE, SUBJECTS, mutant

Speaks = Callable[[str], Sequence[str]]
SECOND = "second-refusal-is-final"
EMPTY_FORM = '{"id": 1, "ok": true, "status": 200, "body": {}}'


def test_a_client_that_keeps_the_rules_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0, a summary, and every report in its file."""
    files = {kind: tmp_path / kind for kind in ("tap", "junit", "json", "badge")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]

    code = main([*options, "--name", "ours", "--rule", "TP-6", "--strict", "--", *REFERENCE])

    assert code == 0
    assert "ours: persium-conformance 1: 6/6, TP-6" in capsys.readouterr().out
    assert json.loads(files["json"].read_text())["subject"] == "ours"
    assert files["tap"].read_text().count("\nok ") == 6
    assert 'failures="0"' in files["junit"].read_text()
    assert json.loads(files["badge"].read_text())["color"] == "brightgreen"


def test_a_client_that_breaks_a_rule_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and a sentence that says what was expected, what was seen, and why it counts."""
    code = main(["--scenario", SECOND, "--json", "-", "--", *mutant("third-try")])

    out, err = capsys.readouterr()
    (result,) = json.loads(out)["results"]
    assert code == 1
    assert result["reasons"] == [
        "expected 2 request(s) to the token endpoint, saw 4",
        "expected 2 request(s) to the API, saw 4",
    ]
    assert sum("api request" in line for line in result["timeline"]) == 4
    assert "TP-6: A second 401 for the same call is final." in err


def test_files_of_the_command_may_be_relative(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``-- python subject.py`` works where subject.py is, though it runs elsewhere."""
    monkeypatch.chdir(SUBJECTS)

    assert main(["--scenario", SECOND, "--", *PYTHON, "mutants.py", "cuts-the-token"]) == 0

    assert "-E -S mutants.py cuts-the-token: persium-conformance" in capsys.readouterr().out


def test_a_known_failure_passes_until_it_is_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0 while it fails; 1 once it does not, so that the list stays true."""
    known = tmp_path / "known"
    known.write_text(f"{SECOND}: we like to try\n")
    options = ["--known-failing", str(known), "--scenario", SECOND]

    broken = main([*options, "--", *mutant("third-try")])
    mended = main([*options, "--", *REFERENCE])

    assert (broken, mended) == (0, 1)
    assert "mended: TP-6" in capsys.readouterr().out


def test_a_should_counts_only_strictly(capsys: pytest.CaptureFixture[str]) -> None:
    """Without ``--strict`` a SHOULD is told, and no more."""
    options = ["--scenario", "both-challenges-are-reported"]
    client = mutant("challenges-are-not-reported")

    codes = [main([*options, *strict, "--", *client]) for strict in ([], ["--strict"])]

    assert codes == [0, 1]
    assert "advised: TP-6" in capsys.readouterr().out


def test_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """``--list`` needs no subject."""
    assert main(["--list", "--rule", "TP-10"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("TP-10") for line in lines)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        pytest.param([], "which subject?", id="no subject"),
        pytest.param(["--"], "which subject?", id="an empty subject"),
        pytest.param(["--scenario", "no-such", "--", "true"], "no such scenario", id="scenario"),
        pytest.param(["--known-failing", "/no/such", "--", "true"], "can't read", id="no list"),
        pytest.param(["--", "/no/such/program"], "can't be judged", id="no program"),
    ],
)
def test_usage_errors(argv: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and one line that says what is wrong."""
    assert main(argv) == 2

    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("argv", [["--jobs", "0"], ["--jobs", "x"], ["--rule", "TP-11"], ["--no"]])
def test_bad_options(argv: list[str]) -> None:
    """Exit code 2 for what argparse refuses."""
    with pytest.raises(SystemExit) as left:
        main([*argv, "--", "true"])

    assert left.value.code == 2


@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param("", "it ended with exit code 0", id="ends at once"),
        pytest.param(
            "raise SystemExit('no CLIENT_ID')", "ends: no CLIENT_ID", id="ends with words"
        ),
        pytest.param("input(); print('hello')", "no outcome: hello", id="no JSON"),
        pytest.param("input(); print('[1]')", "no outcome: [1]", id="no object"),
        pytest.param(
            'input(); print(\'{"unsupported": "call"}\'); input()',
            "it does not support call",
            id="does not know calls",
        ),
        pytest.param("import sys, os; os.close(0); sys.exit(3)", "exit code 3", id="does not read"),
    ],
)
def test_a_subject_that_does_not_speak_is_not_judged(
    program: str, words: str, speaks: Speaks, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, with what the subject did instead."""
    assert main(["--", *speaks(program)]) == 2

    assert words in capsys.readouterr().err


def test_a_made_up_success_is_none(speaks: Speaks, capsys: pytest.CaptureFixture[str]) -> None:
    """A subject that says ok without the API's answer is not believed."""
    program = f"while input(): print({EMPTY_FORM!r}, flush=True)"

    code = main(["--scenario", "no-jwt-at-all", "--", *speaks(program)])

    assert code == 1
    assert "expected success, saw success, {}" in capsys.readouterr().out


def test_without_proc_arguments_stay_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What this machine can't show is not passed."""
    monkeypatch.setattr(leaks, "PROCESSES", tmp_path / "proc")

    assert main(["--scenario", "nothing-in-arguments", "--", *REFERENCE]) == 1

    assert "undecided: TP-9 nothing-in-arguments" in capsys.readouterr().out
