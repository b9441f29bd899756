"""``persium sandbox`` in this process."""

from __future__ import annotations

import runpy
import signal
import sys
import threading
from pathlib import Path

import pytest

import persium_ext
from persium_ext.cli import commands

from .conftest import Run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_a_signal(
    run: Run, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """The command waits as often as needed, ends at the signal, and restores its handlers."""
    waits: list[float | None] = []

    class Stopped(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            if len(waits) == 2:
                signal.raise_signal(number)
            return self.is_set()

    monkeypatch.setattr(commands, "Event", Stopped)
    before = signal.getsignal(number)

    ran = run("sandbox")

    assert (ran.code, len(waits)) == (0, 2)
    assert ran.out.startswith("export TOKEN_URL=http://127.0.0.1:")
    assert ran.err.startswith("persium: the API is served at http://127.0.0.1:")
    assert signal.getsignal(number) == before


def test_module_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m persium_ext`` is the command ``persium``."""
    monkeypatch.setattr(sys, "argv", ["persium", "--version"])

    with pytest.raises(SystemExit) as left:
        runpy.run_path(
            str(Path(persium_ext.__file__).with_name("__main__.py")), run_name="__main__"
        )

    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("persium ")
