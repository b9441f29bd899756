"""``persium sandbox`` in this process."""

from __future__ import annotations

import runpy
import signal
import socket
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


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """End the command as soon as it waits."""

    class Stopped(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            del timeout
            return True

    monkeypatch.setattr(commands, "Event", Stopped)


@pytest.mark.usefixtures("stopped")
def test_page_is_served(run: Run) -> None:
    """With ``--ui``, the address of the page is printed to standard error."""
    ran = run("sandbox", "--ui")

    assert ran.code == 0
    assert ran.err.startswith("persium: the page is at http://127.0.0.1:")
    assert all(line.startswith("export ") for line in ran.out.splitlines())


@pytest.mark.usefixtures("stopped")
def test_port_of_the_page_is_in_use(run: Run) -> None:
    """A port of the page that is in use is a usage error that names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("sandbox", "--ui", "--ui-port", str(port))

    assert ran.code == 2
    assert f"can't listen on port {port}" in ran.err


@pytest.mark.usefixtures("own_process")
def test_module_is_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """``python -m persium_ext`` is the command ``persium``."""
    with pytest.raises(SystemExit) as left:
        runpy.run_path(
            str(Path(persium_ext.__file__).with_name("__main__.py")), run_name="__main__"
        )

    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("persium ")
