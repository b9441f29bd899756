"""The audit: a vulnerability fails it, and what was not checked is never reported as clean."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from release import __main__ as command
from release import _audit
from release._audit import CLEAN, NOT_CHECKED, VULNERABLE

SAFE = {"name": "a", "version": "1", "vulns": []}
BROKEN = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}
PIP_AUDIT = r"""
for copy; do :; done
read -r pin rest <"$copy"
[ "$rest" = "\\" ] || exit 1
printf '{"dependencies": [{"name": "%s", "version": "1", "vulns": [%s]}]}' "${pin%==1}" "$FOUND"
"""
HASH = f" \\\n    --hash=sha256:{'0' * 64}\n"


@pytest.mark.parametrize(
    ("packages", "state", "detail"),
    [
        ([SAFE], CLEAN, "1 of 1 packages checked"),
        ([SAFE, BROKEN, UNKNOWN], VULNERABLE, "b 2 (PYSEC-1)"),
        ([SAFE, UNKNOWN], NOT_CHECKED, "1 of 2 packages checked"),
        ([], NOT_CHECKED, "0 of 0 packages checked"),
    ],
)
def test_pip_audit_is_read(packages: list[object], state: str, detail: str) -> None:
    """A lock is clean only if the advisory service knows each of its packages."""
    result = _audit.python_result("lock", json.dumps({"dependencies": packages}))

    assert result == (state, "lock", detail)


@pytest.mark.parametrize(
    ("vulnerabilities", "state", "detail"),
    [({}, CLEAN, "no vulnerability"), ({"x": {"severity": "low"}}, VULNERABLE, "x (low)")],
)
def test_npm_audit_is_read(vulnerabilities: object, state: str, detail: str) -> None:
    """A vulnerability of any severity counts."""
    result = _audit.npm_result("lock", json.dumps({"vulnerabilities": vulnerabilities}))

    assert result == (state, "lock", detail)


@pytest.mark.parametrize("report", ["", "Traceback", '{"message": "405"}', "[]"])
def test_no_report_is_not_checked(report: str) -> None:
    """A tool that failed has checked nothing."""
    assert _audit.python_result("lock", report).state == NOT_CHECKED
    assert _audit.npm_result("lock", report).state == NOT_CHECKED


def program(path: Path, script: str) -> None:
    """Write a shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs, beside a project with a lock for Python and one for npm.

    Its pip-audit fails unless it gets the pin without the marker that excludes this machine.
    """
    tools = tmp_path / "tools"
    tools.mkdir()
    (tmp_path / "requirements.txt").write_text(f"a==1 ; sys_platform == 'win32'{HASH}")
    program(
        tools / "git", "case $2 in *.txt) echo requirements.txt;; *) echo package-lock.json; esac"
    )
    program(tools / "python", PIP_AUDIT)
    program(tools / "npm", "echo '{\"vulnerabilities\": {}}'")
    monkeypatch.setattr("sys.executable", str(tools / "python"))
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("GH_TOKEN", "token")
    return tools


def test_clean_audit_succeeds(tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each lock is audited, whatever machine its packages are for; 0 is the exit code."""
    assert command.main(["audit", "--complete"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "clean: requirements.txt: 1 of 1 packages checked",
        "clean: package-lock.json: no vulnerability",
    ]


def test_vulnerability_fails(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A vulnerability is printed, and 1 is the exit code."""
    monkeypatch.setenv("FOUND", '{"id": "PYSEC-1"}')

    assert command.main(["audit"]) == 1
    assert "vulnerable: requirements.txt: a 1 (PYSEC-1)" in capsys.readouterr().out


def test_unchecked_lock_fails_a_complete_audit(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without npm and a token both are reported, which fails with ``--complete`` only."""
    (tools / "npm").unlink()
    monkeypatch.delenv("GH_TOKEN")

    assert command.main(["audit"]) == 0
    assert command.main(["audit", "--complete"]) == 1
    assert capsys.readouterr().out.count("not checked: ") == 4


def test_audit_without_git_fails(tools: Path) -> None:
    """A folder whose locks can't be listed is an error, not an empty success."""
    program(tools / "git", "exit 128")

    with pytest.raises(subprocess.CalledProcessError):
        command.main(["audit"])
