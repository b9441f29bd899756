"""Run commands, in this process or in one of their own."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from persium_ext._observation.log import logger
from persium_ext.cli import main
from persium_ext.sandbox import Sandbox


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Undo that a shell lets its background jobs, and their children, ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def call(*words: str) -> Ran:
        code = main(words)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Let a command that ends its process leave no trace in this one; what it does at the end."""
    threshold, at_the_end = gc.get_threshold(), list[object]()
    monkeypatch.setattr(sys, "argv", ["persium", "--version"])
    monkeypatch.setattr(atexit, "register", at_the_end.append)
    monkeypatch.setattr(logger, "filters", [])
    yield at_the_end
    gc.set_threshold(*threshold)


@pytest.fixture
def environ(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Lead the environment to the sandbox."""
    for name, value in sandbox.environ.items():
        monkeypatch.setenv(name, value)
    return sandbox.environ


Start = Callable[..., "subprocess.Popen[str]"]


def start(*words: str, **environ: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own, with pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "persium_ext", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environ,
    )
