"""The runner reports failures with their reason, and never counts a skipped target as passed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interop import __main__ as command
from interop import calls, steps
from interop.report import FAILED, NOT_RUN, PASSED, Result, closing_line, exit_code, table
from interop.target import targets

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("program.py")
TARGET = f"""
language = "Python"
generator = "none 1.0"
document = "without-token"
keep = ["kept"]
install = [["sh", "-c", "mkdir -p kept && echo . >> kept/installs"]]
generate = [["sh", "-c", "GENERATE && cp $0 generated.yaml", "{{document}}"]]
build = [["sh", "-c", "BUILD"]]
call = ["{sys.executable}", "-IS", "{PROGRAM}", "DEFECT"]
"""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that contains the only targets, outside of CI."""
    folder = tmp_path / "targets"
    monkeypatch.setattr(command, "targets", lambda: targets(folder))
    monkeypatch.setattr(calls, "CALLS", calls.CALLS[:1])  # all of them: test_judge
    monkeypatch.delenv("CI", raising=False)
    return folder


def _write(folder: Path, **changes: str) -> None:
    text = TARGET
    for word, change in {"GENERATE": "true", "BUILD": "true", "DEFECT": "none", **changes}.items():
        text = text.replace(word, change)
    (folder / "one").mkdir(parents=True, exist_ok=True)
    (folder / "one" / "target.toml").write_text(text + changes.get("needs", ""), encoding="utf-8")


def _run(folder: Path) -> int:
    document = folder.parent / "openapi.yaml"
    document.write_text("openapi: 3.0.3\npaths: {}\n", encoding="utf-8")
    return command.main(["--cache", str(folder.parent / "cache"), "--document", str(document)])


def test_passes(make: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target whose steps and calls succeed has passed."""
    _write(make, needs='\n[needs]\nsh = ""\npython3 = "3.11"\n')
    (make / "one" / "settings").mkdir()

    code = _run(make)

    printed = capsys.readouterr().out
    assert code == 0
    assert "passed: 1 calls" in printed
    assert printed.endswith("\n1 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"GENERATE": "echo no such type; exit 3"}, "exited with 3:\nno such type"),
        ({"BUILD": "echo does not compile >&2; false"}, "exited with 1:\ndoes not compile"),
        ({"DEFECT": "wrong label"}, "'label': 'Acme'"),
    ],
)
def test_fails(
    changes: dict[str, str], words: str, make: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failed step or a wrong result fails the target, and the end of its output is printed."""
    _write(make, **changes)

    code = _run(make)

    printed = capsys.readouterr().out
    assert code == 1
    assert words in printed
    assert printed.endswith("\n0 passed, 1 failed\n")


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ('no-such-compiler = "1"', "not run: no-such-compiler is not installed"),
        ('python3 = "99.1"', "not run: python3 99.1 or newer is needed, found 3."),
        ('mute = "1"', "not run: mute 1 or newer is needed, found no version"),
    ],
)
@pytest.mark.parametrize(("environment", "code"), [("", 0), ("true", 1)], ids=["here", "CI"])
def test_missing_tool(
    tool: str,
    words: str,
    environment: str,
    code: int,
    make: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A target without its tools is reported as not run, and fails if ``CI=true``."""
    _write(make, needs=f"\n[needs]\n{tool}\n")
    monkeypatch.setenv("CI", environment)
    mute = make / "mute"
    mute.write_text("#!/bin/sh\n", encoding="utf-8")
    mute.chmod(0o755)
    monkeypatch.setenv("PATH", str(make), prepend=os.pathsep)

    assert _run(make) == code
    printed = capsys.readouterr().out
    assert words in printed
    assert printed.endswith("\n0 passed, 0 failed, 1 skipped\n")


def test_starts_clean(make: Path, tmp_path: Path) -> None:
    """Files of an earlier run are removed, except those that the target keeps."""
    _write(make)
    (target,) = targets(make)
    for name in ("kept", "stale"):
        (tmp_path / "work" / name).mkdir(parents=True)
    (tmp_path / "work" / "stale.txt").touch()

    steps.prepare(target, tmp_path / "work")

    assert {path.name for path in (tmp_path / "work").iterdir()} == {"kept", "target.toml"}


def test_installs_once(make: Path, tmp_path: Path) -> None:
    """Packages are installed once, and again if a file of the target has changed."""
    _write(make)
    (target,) = targets(make)
    steps.install(target, tmp_path)
    assert steps.install(target, tmp_path) == 0.0
    _write(make, BUILD="true # changed")

    steps.install(target, tmp_path)

    assert (tmp_path / "kept" / "installs").read_text("utf-8") == ".\n.\n"


def test_is_a_command() -> None:
    """``python -m interop`` runs the command."""
    argv = (sys.executable, "-m", "interop", "--help")
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "--only" in done.stdout


def test_no_document(make: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document that can't be read gives an error message."""
    _write(make)

    code = command.main(["--document", str(tmp_path / "none.yaml"), "--cache", str(tmp_path)])

    assert code == 1
    assert "none.yaml: cannot be read" in capsys.readouterr().err


def test_table(make: Path) -> None:
    """The table has one line for each target; a step that did not run has no seconds."""
    _write(make)
    (target,) = targets(make)
    times = {"install": 0.0, "generate": 12.34}
    results = [
        Result(target, FAILED, seconds=times, detail="long\nmessage"),
        Result(target, NOT_RUN, detail="go is not installed"),
    ]

    assert table(results).splitlines() == [
        "target  install s  generate s  build s  call s  result",
        "one           0.0        12.3        -       -  failed: see above",
        "one             -           -        -       -  not run: go is not installed",
    ]
    assert closing_line(results) == "0 passed, 1 failed, 1 skipped"


@pytest.mark.parametrize(
    ("states", "complete", "code"),
    [
        ([PASSED], True, 0),
        ([PASSED, FAILED], False, 1),
        ([PASSED, NOT_RUN], False, 0),
        ([PASSED, NOT_RUN], True, 1),
        ([], False, 1),
    ],
)
def test_exit_code(states: list[str], complete: bool, code: int, make: Path) -> None:  # noqa: FBT001
    """The exit code is 1 after a failure, without any target, or if not all required ones ran."""
    _write(make)
    (target,) = targets(make)
    results = [Result(target, state, detail="") for state in states]  # type: ignore[arg-type]  # a table

    assert exit_code(results, complete=complete) == code


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"without-token"', '"half"', "document must be one of whole, without-token"),
        ("language", "tongue", "tongue"),
    ],
)
def test_mistyped_target(old: str, new: str, words: str, make: Path) -> None:
    """An invalid ``target.toml`` is an error that names the file."""
    _write(make)
    source = make / "one" / "target.toml"
    source.write_text(source.read_text("utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(ValueError, match=rf"target\.toml: .*{words}"):
        targets(make)
