"""Programs of other projects, such as web servers and queues, that run code with a client."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, TypeVar

from persium_ext.sandbox import Sandbox

PATIENCE: Final = 120
"""Seconds after which a test gives up; nothing waits that long."""
COMPLAINTS: Final = re.compile(
    r"^.*(?:Warning\b|\b(?:WARNING|ERROR|CRITICAL)\b|Traceback|Exception ignored|leaked"
    r"|never (?:awaited|retrieved)).*$",
    re.MULTILINE,
)
ACCEPTED: Final = re.compile(
    "superuser privileges"  # Celery, in a container that runs as root
    "|No hostname was supplied"  # Celery, with files as broker
    "|Token authentication is enabled"  # Ray, whenever it starts
    "|still alive after"  # Dask, on a busy machine
)


def secrets_of(sandbox: Sandbox) -> list[str]:
    """Return the secret and every token that was issued."""
    return [sandbox.client_secret, *vars(vars(sandbox)["_tokens"])["_tokens"]]


def files_with(text: str, folder: Path) -> list[Path]:
    """Return the files below *folder* that contain *text*."""
    files = (found for found in folder.rglob("*") if found.is_file())
    return [file for file in files if text.encode() in file.read_bytes()]


def celery_settings(folder: Path) -> dict[str, str]:
    """Return the environment of Celery programs: messages and results are files in *folder*.

    Messages are kept after they were consumed, so that a test can look for secrets in them.
    """
    queue, processed = folder / "queue", folder / "processed"
    queue.mkdir()
    processed.mkdir()
    folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(queue))
    options = {"store_processed": True, "processed_folder": str(processed), **folders}
    (folder / "celery_settings.py").write_text(
        f"broker_url = 'filesystem://'\nresult_backend = 'file://{queue}'\n"
        f"broker_transport_options = {options}\n"
    )
    return {"CELERY_CONFIG_MODULE": "celery_settings", "PYTHONPATH": str(folder)}


T = TypeVar("T")


class Engine:
    """A running program in a session of its own; its output goes to the file *log*."""

    def __init__(
        self, *command: str, environ: Mapping[str, str], folder: Path, log: Path, sandbox: Sandbox
    ) -> None:
        self._log, self._sandbox = log, sandbox
        module, *arguments = command
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                (sys.executable, "-m", module, *arguments),
                cwd=folder,
                env={**os.environ, **environ},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def output(self) -> str:
        """What it has written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def complaints(self) -> list[str]:
        """The warnings and tracebacks in its output, and the secrets."""
        found = [line[0].strip() for line in COMPLAINTS.finditer(self.output)]
        kept = [line for line in found if not ACCEPTED.search(line)]
        return [*kept, *(secret for secret in secrets_of(self._sandbox) if secret in self.output)]

    def wait_for(self, pattern: str) -> str:
        """Return the first group of *pattern* as soon as the output has it."""
        until = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.output)):
            assert self._process.poll() is None, f"it ended:\n{self.output}"
            assert time.monotonic() < until, f"no {pattern!r} in:\n{self.output}"
            time.sleep(0.05)
        return found[1] if found.lastindex else found[0]

    @property
    def address(self) -> str:
        """Where it listens on this machine, as soon as it does; it writes the address before."""
        address = self.wait_for(r"(http://127\.0\.0\.1:\d+)")
        until = time.monotonic() + PATIENCE
        while not _listens(int(address.rpartition(":")[2])) and time.monotonic() < until:
            time.sleep(0.05)
        return address

    def send(self, number: signal.Signals) -> None:
        """Send a signal to its first process."""
        self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it as an operator does: it has to end soon, without an error or a complaint."""
        if self._process.poll() is None:
            self.send(number)

        assert self.ended() in {0, -number}, self.output
        assert self.complaints == [], self.output

    def ended(self) -> int:
        """Wait for its end, and return its exit code."""
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        """End whatever a failed test left of it."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


class Start(Protocol):
    """Starts an engine: a module to run, and its arguments."""

    def __call__(self, *command: str, environ: Mapping[str, str] | None = None) -> Engine:
        """Start it, with the settings of the sandbox and *environ*."""
        ...


def starter(folder: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Yield a function that starts engines in *folder*; end them all afterwards."""
    engines: list[Engine] = []

    def start(*command: str, environ: Mapping[str, str] | None = None) -> Engine:
        log = tmp_path / f"{len(engines)}.log"
        settings = {**sandbox.environ, "PYTHONUNBUFFERED": "1", **(environ or {})}
        engine = Engine(*command, environ=settings, folder=folder, log=log, sandbox=sandbox)
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.kill()


def reach(call: Callable[[], list[T]], sandbox: Sandbox, *, processes: int) -> list[T]:
    """Call until each of *processes* had to request a token, then twice more."""
    sandbox.api_delay = 0.02  # a burst reaches all processes
    results: list[T] = []
    until = time.monotonic() + PATIENCE
    while sandbox.token_requests < processes and time.monotonic() < until:
        results += call()
    for _ in range(2):
        results += call()
    return results
