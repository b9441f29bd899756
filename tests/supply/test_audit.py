"""The audit: a hole is red, and what nobody looked at is said and never passed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from release import __main__ as command
from release import _audit
from release._audit import CLEAN, FOUND, NOT_CHECKED, Verdict

HOLE = {"id": "PYSEC-1", "fix_versions": [], "aliases": [], "description": ""}
SAFE = {"name": "a", "version": "1", "vulns": []}
BROKEN = {"name": "b", "version": "2", "vulns": [HOLE]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}
NPM = {"metadata": {"dependencies": {"total": 3}}}


@pytest.mark.parametrize(
    ("packages", "state", "words"),
    [
        ([SAFE], CLEAN, "1 packages"),
        ([SAFE, BROKEN, UNKNOWN], FOUND, "b 2: PYSEC-1"),
        ([SAFE, UNKNOWN], NOT_CHECKED, "nothing of 1 of 2"),
        ([], NOT_CHECKED, "nothing of 0 of 0"),
    ],
)
def test_pip_audit_is_understood(packages: list[object], state: str, words: str) -> None:
    """pip-audit exits with 0 for packages that its service does not know: that is no pass."""
    verdict = _audit.read_pip_audit("lock", json.dumps({"dependencies": packages}))

    assert verdict.state == state
    assert words in verdict.words


@pytest.mark.parametrize("answer", ["", "Traceback", "{}", "[]"])
def test_other_answers_are_no_pass(answer: str) -> None:
    """A tool that broke has not checked anything."""
    assert _audit.read_pip_audit("lock", answer).state == NOT_CHECKED
    assert _audit.read_npm_audit("lock", answer).state == NOT_CHECKED


@pytest.mark.parametrize(
    ("holes", "state", "words"),
    [({}, CLEAN, "3 packages"), ({"x": {"severity": "high"}}, FOUND, "x (high)")],
)
def test_npm_audit_is_understood(holes: object, state: str, words: str) -> None:
    """Any severity counts."""
    verdict = _audit.read_npm_audit("lock", json.dumps({"vulnerabilities": holes, **NPM}))

    assert (verdict.state, verdict.words) == (state, words)


@pytest.mark.parametrize(
    ("states", "complete", "code"),
    [
        ([CLEAN], True, 0),
        ([CLEAN, NOT_CHECKED], False, 0),
        ([CLEAN, NOT_CHECKED], True, 1),
        ([CLEAN, FOUND], False, 1),
    ],
)
def test_exit_code(
    states: list[_audit.State], code: int, capsys: pytest.CaptureFixture[str], *, complete: bool
) -> None:
    """A hole is always red; what was not checked is red where all of it can be (``--complete``)."""
    verdicts = [Verdict("it", state, "why") for state in states]

    assert command.report(verdicts, complete=complete) == code
    assert capsys.readouterr().out.splitlines() == [f"{state}: it: why" for state in states]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for programs that stand in for pip-audit, zizmor and npm, and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(_audit, "BIN", folder)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.delenv("GH_TOKEN", raising=False)
    return folder


def program(folder: Path, name: str, script: str) -> None:
    """Put a shell script there."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a lock for Python, whose package is needed on Windows only, and two of npm."""
    root = tmp_path / "project"
    (root / "examples" / "typescript").mkdir(parents=True)
    for name in ("package-lock.json", "examples/typescript/package-lock.json"):
        (root / name).write_text("{}")
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "run.txt").write_text(
        f"a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:{'0' * 64}\n"
    )
    return root


def test_everything_is_asked_and_said(tools: Path, project: Path) -> None:
    """PyPI and OSV are asked; npm too; without a token GitHub is not, and that is said."""
    osv = json.dumps({"dependencies": [SAFE]})
    program(tools, "pip-audit", f"case \"$*\" in *=osv*) echo '{osv}';; *) exit 1;; esac")
    program(tools, "npm", 'echo \'{"message": "405 Method Not Allowed"}\'')
    program(tools, "zizmor", "exit 0")

    verdicts = _audit.audit(project)

    assert [(one.subject, one.state) for one in verdicts] == [
        ("requirements/run.txt", CLEAN),
        ("package-lock.json", NOT_CHECKED),
        ("examples/typescript/package-lock.json", NOT_CHECKED),
        (".github/workflows", CLEAN),
        (".github/workflows", NOT_CHECKED),
    ]


def test_no_lock_is_left_out() -> None:
    """Every lock of pip and npm that is in the repository is looked at."""
    patterns = ("*requirements*.txt", "requirements/*.txt", "*package-lock.json")
    listed = subprocess.run(
        ["git", "ls-files", *patterns],  # noqa: S607  # whichever git there is
        cwd=command.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    looked_at = _audit.locks(command.ROOT, (*_audit.PYTHON_LOCKS, *_audit.NPM_LOCKS))

    assert sorted(looked_at) == sorted(listed.stdout.split())
    assert len(looked_at) > 5


def test_other_platforms_are_asked_about(tools: Path, project: Path) -> None:
    """pip-audit gets the whole lock: it would pass over what this machine does not install."""
    seen = project / "seen"
    program(tools, "pip-audit", f'cp "$2" {seen}; echo "$*" >>{seen}')

    verdict = _audit.python_lock(project, "requirements/run.txt", service="pypi")

    assert verdict.state == NOT_CHECKED
    assert seen.read_text().startswith(f"a==1 \\\n    --hash=sha256:{'0' * 64}\n")
    assert "--require-hashes --disable-pip" in seen.read_text()


def test_findings_in_workflows_are_shown(
    tools: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zizmor's own words; with a token it goes online, and nothing is left unsaid."""
    program(tools, "zizmor", 'echo "artipacked $*"; exit 14')
    monkeypatch.setenv("GH_TOKEN", "t")

    (verdict,) = _audit.workflows(project)

    assert verdict.state == FOUND
    assert "artipacked --persona=auditor --no-progress .github/workflows" in verdict.words


def test_with_a_token_nothing_is_left_out(
    tools: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub is asked, and one clean verdict is all there is."""
    program(tools, "zizmor", 'case "$*" in *--offline*) exit 1;; esac')
    monkeypatch.setenv("GH_TOKEN", "t")

    assert [verdict.state for verdict in _audit.workflows(project)] == [CLEAN]


def test_npm_may_be_missing(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lock is then not checked."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert _audit.npm_lock(project, "package-lock.json").words == "npm is not here"


def test_command_audits(
    tools: Path, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m release audit`` fails when zizmor finds something."""
    for name, code in (("pip-audit", 1), ("npm", 1), ("zizmor", 14)):
        program(tools, name, f"exit {code}")
    monkeypatch.setattr(command, "ROOT", project)

    assert command.main(["audit"]) == 1
    assert "found: .github/workflows" in capsys.readouterr().out
