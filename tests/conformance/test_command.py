"""The command with real subjects: exit codes, options, files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from persium_conformance import leaks
from persium_conformance.cli import main

from .conftest import PYTHON, REFERENCE, SUBJECTS, mutant

SubjectOf = Callable[[str], Sequence[str]]
SECOND = "second-refusal-is-final"
EMPTY_FORM = '{"id": 1, "ok": true, "status": 200, "body": {}}'


def test_compliant_client_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A compliant client gives exit code 0, a summary, and every report in its file."""
    files = {kind: tmp_path / kind for kind in ("tap", "junit", "json", "badge")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]

    code = main([*options, "--name", "ours", "--rule", "TP-6", "--strict", "--", *REFERENCE])

    assert code == 0
    assert "ours: persium-conformance 1: 6/6, TP-6" in capsys.readouterr().out
    assert json.loads(files["json"].read_text())["subject"] == "ours"
    assert files["tap"].read_text().count("\nok ") == 6
    assert 'failures="0"' in files["junit"].read_text()
    assert json.loads(files["badge"].read_text())["color"] == "brightgreen"


def test_broken_rule_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """A broken rule gives exit code 1, the expected and the observed behaviour, and the rule."""
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


def test_relative_paths_in_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``-- python subject.py`` works in the folder of subject.py, though it runs in another."""
    monkeypatch.chdir(SUBJECTS)

    assert main(["--scenario", SECOND, "--", *PYTHON, "mutants.py", "cuts-the-token"]) == 0

    assert "-E -S mutants.py cuts-the-token: persium-conformance" in capsys.readouterr().out


def test_known_failure_passes_until_it_is_fixed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A known failure gives exit code 0 while it fails and 1 when it passes."""
    known = tmp_path / "known"
    known.write_text(f"{SECOND}: we like to try\n")
    options = ["--known-failing", str(known), "--scenario", SECOND]

    broken = main([*options, "--", *mutant("third-try")])
    fixed = main([*options, "--", *REFERENCE])

    assert (broken, fixed) == (0, 1)
    assert "fixed: TP-6" in capsys.readouterr().out


def test_should_counts_with_strict_only(capsys: pytest.CaptureFixture[str]) -> None:
    """A broken SHOULD is reported, and fails only with ``--strict``."""
    options = ["--scenario", "both-challenges-are-reported"]
    client = mutant("challenges-are-not-reported")

    codes = [main([*options, *strict, "--", *client]) for strict in ([], ["--strict"])]

    assert codes == [0, 1]
    assert "advised: TP-6" in capsys.readouterr().out


def test_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """``--list`` prints the scenarios without a subject."""
    assert main(["--list", "--rule", "TP-10"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("TP-10") for line in lines)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        pytest.param([], "no subject", id="no subject"),
        pytest.param(["--"], "no subject", id="an empty subject"),
        pytest.param(["--scenario", "no-such", "--", "true"], "no such scenario", id="scenario"),
        pytest.param(["--known-failing", "/no/such", "--", "true"], "can't read", id="no list"),
        pytest.param(["--", "/no/such/program"], "can't be tested", id="no program"),
    ],
)
def test_usage_errors(argv: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage gives exit code 2 and one line that describes the error."""
    assert main(argv) == 2

    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("argv", [["--jobs", "0"], ["--jobs", "x"], ["--rule", "TP-11"], ["--no"]])
def test_bad_options(argv: list[str]) -> None:
    """An option that argparse rejects gives exit code 2."""
    with pytest.raises(SystemExit) as left:
        main([*argv, "--", "true"])

    assert left.value.code == 2


@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param("", "it ended with exit code 0", id="ends at once"),
        pytest.param(
            "raise SystemExit('no CLIENT_ID')", "ends: no CLIENT_ID", id="ends with an error"
        ),
        pytest.param("input(); print('hello')", "an invalid line: hello", id="no JSON"),
        pytest.param("input(); print('[1]')", "an invalid line: [1]", id="no object"),
        pytest.param(
            'input(); print(\'{"unsupported": "call"}\'); input()',
            "it does not support call",
            id="does not support calls",
        ),
        pytest.param("import sys, os; os.close(0); sys.exit(3)", "exit code 3", id="closes input"),
    ],
)
def test_subject_without_the_protocol_is_not_tested(
    program: str, words: str, subject_of: SubjectOf, capsys: pytest.CaptureFixture[str]
) -> None:
    """A subject that does not implement the protocol gives exit code 2 and the reason."""
    assert main(["--", *subject_of(program)]) == 2

    assert words in capsys.readouterr().err


def test_invented_success_fails(subject_of: SubjectOf, capsys: pytest.CaptureFixture[str]) -> None:
    """A subject that reports success without the API's response fails."""
    program = f"while input(): print({EMPTY_FORM!r}, flush=True)"

    code = main(["--scenario", "no-jwt-at-all", "--", *subject_of(program)])

    assert code == 1
    assert "expected success, saw success, {}" in capsys.readouterr().out


def test_command_lines_are_undecided_without_proc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A scenario that this machine can't observe does not pass."""
    monkeypatch.setattr(leaks, "PROCESSES", tmp_path / "proc")

    assert main(["--scenario", "nothing-in-arguments", "--", *REFERENCE]) == 1

    assert "undecided: TP-9 nothing-in-arguments" in capsys.readouterr().out
