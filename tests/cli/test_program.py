"""``persium sandbox -- PROGRAM``."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from persium_ext.cli import program

from .conftest import Run, start

SHOW = """
import json, os, pathlib, sys
pathlib.Path(sys.argv[1]).write_text(json.dumps([dict(os.environ), sys.argv]))
"""


def seen(run: Run, file: Path, *words: str) -> tuple[dict[str, str], list[str]]:
    """Run a program, and return its environment and its arguments."""
    ran = run("sandbox", "--token-life", "60", "--", sys.executable, "-c", SHOW, str(file), *words)
    assert ran == (0, "", "")
    environ, arguments = json.loads(file.read_text(encoding="utf-8"))
    return environ, arguments


def test_settings_are_in_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The program has the settings of the sandbox, and no others; nothing else is printed."""
    monkeypatch.setenv("PERSIUM_API_BASE_URL", "https://production.example")

    environ, _ = seen(run, tmp_path / "seen")

    assert environ["API_BASE_URL"].startswith("http://127.0.0.1:")
    assert "PERSIUM_API_BASE_URL" not in environ


def test_secret_is_on_no_command_line(run: Run, tmp_path: Path) -> None:
    """No argument of the program has the secret, which every user of the machine could read."""
    environ, arguments = seen(run, tmp_path / "seen")

    assert environ["CLIENT_SECRET"]
    assert environ["CLIENT_SECRET"] not in repr(arguments)


def test_words_of_the_program(run: Run, tmp_path: Path) -> None:
    """All words behind ``--`` are the program's, options and a second ``--`` too."""
    _, arguments = seen(run, tmp_path / "seen", "--port", "--", "x")

    assert arguments[2:] == ["--port", "--", "x"]


def test_client_of_the_program(run: Run) -> None:
    """A client in the program calls the sandbox."""
    assert run("sandbox", "--", sys.executable, "-m", "persium_ext", "me").code == 0


@pytest.mark.parametrize(
    ("end", "code"), [("raise SystemExit(7)", 7), ("os.kill(os.getpid(), 15)", 143)]
)
def test_exit_code(run: Run, end: str, code: int) -> None:
    """The exit code is that of the program, or 128 and the number of its signal."""
    assert run("sandbox", "--", sys.executable, "-c", f"import os; {end}").code == code


@pytest.mark.parametrize("name", ["/nowhere/s3cret", "s3\0cret"])
def test_no_such_program(run: Run, name: str) -> None:
    """A program that does not exist is wrong usage; its name is not repeated."""
    ran = run("sandbox", "--", name)

    assert ran.code == 2
    assert ran.err.startswith("persium: can't run the program: ")
    assert "cret" not in ran.err


def test_program_without_dashes(run: Run) -> None:
    """Without ``--`` there is no program."""
    assert run("sandbox", "pytest").err.startswith("persium: unknown arguments")


WAITS = """
import signal, sys, time
signal.signal(signal.SIG{0}, lambda *_: sys.exit(9))
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", ["INT", "TERM"])
def test_signal_is_passed_on(number: str) -> None:
    """A signal to the command reaches the program, whose exit code is that of the command."""
    with start("sandbox", "--", sys.executable, "-c", WAITS.format(number)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(getattr(signal, f"SIG{number}"))
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (9, "", "")


@pytest.mark.parametrize(("terminal", "sent"), [(True, []), (False, [signal.SIGINT])])
def test_ctrl_c_of_a_terminal(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool, sent: list[signal.Signals]
) -> None:
    """A terminal sends Ctrl-C to the program itself: a second one would end it in disorder."""
    got: list[int] = []

    class Program:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def wait(self) -> int:
            signal.raise_signal(signal.SIGINT)
            return 0

        send_signal = staticmethod(got.append)

    monkeypatch.setattr("subprocess.Popen", Program)
    monkeypatch.setattr("sys.stdin", type("Stream", (), {"isatty": lambda _: terminal})())

    assert program.run(["x"], {}) == 0
    assert got == sent
