"""The program that is judged: one process, JSON lines in and out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PROXIES: Final = {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy"}
_PATIENCE: Final = 10.0
"""Seconds that a subject has to leave, once it was asked to."""


class SubjectError(Exception):
    """The subject does not keep to the protocol: it ended, or wrote what is no outcome."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """The outcome of a call, as the subject wrote it."""

    ok: bool
    stage: str | None
    status: int | None
    message: str
    body: dict[str, Any]


def environment(settings: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the surroundings of a subject: no proxy, UTF-8, and *folder* as its home."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
    home = {"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    return {**kept, **home, **settings}


class Subject:
    """Runs a command in an empty folder.

    Raises:
        OSError: There is no such command.
    """

    def __init__(
        self, command: Sequence[str], *, settings: Mapping[str, str], folder: Path
    ) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # the command is the user's own
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment(settings, folder),
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._pipes = (self._process.stdout, self._process.stderr)
        self.output, self.errors = bytearray(), bytearray()
        self.last: Line | None = None
        self._lines: dict[int, list[Line]] = defaultdict(list)
        self._pending: dict[int, int] = {}
        self._wrong: str | None = None
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._listen, self._drain)
        ]
        for thread in self._threads:
            thread.start()

    def call(self, times: int, *, client: str) -> int:
        """Start *times* calls at once; the number that is returned stands for them."""
        number = len(self._pending) + 1
        self._pending[number] = times
        command = {"command": "call", "id": number, "times": times, "client": client}
        self._tell(command)
        return number

    def outcomes(self, number: int, patience: float) -> list[Line]:
        """Wait for what came of a ``call``; what is not there after *patience* seconds is left out.

        Raises:
            SubjectError: The subject broke the protocol meanwhile.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._wrong or len(self._lines[number]) >= self._pending[number], patience
            )
            if self._wrong and len(self._lines[number]) < self._pending[number]:
                raise SubjectError(f"{self._wrong}{self._last_words()}")
            return list(self._lines[number])

    def leave(self) -> None:
        """Ask it to end, and end it if it does not."""
        self._tell({"command": "quit"})
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self.kill()

    def kill(self) -> None:
        """End it with all that it started."""
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        for thread, pipe in zip(self._threads, self._pipes, strict=True):
            thread.join(_PATIENCE)
            if pipe and not thread.is_alive():
                pipe.close()

    def _tell(self, command: Mapping[str, object]) -> None:
        try:
            self._process.stdin.write(json.dumps(command).encode() + b"\n")  # type: ignore[union-attr]  # the same
            self._process.stdin.flush()  # type: ignore[union-attr]  # the same
        except OSError:
            self._fail("it does not read its standard input")

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self.output += line
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                words = line.decode(errors="replace").strip()
                self._fail(f"standard output has a line that is no outcome: {words[:200]}")
        code = self._process.wait()
        self._fail(f"it ended with exit code {code}")

    def _take(self, found: dict[str, Any]) -> None:
        if "unsupported" in found:
            self._fail(f"it does not support {found['unsupported']}")
            return
        line = Line(
            ok=bool(found["ok"]),
            stage=found.get("stage"),
            status=found.get("status"),
            message=str(found.get("message", "")),
            body=dict(found.get("body") or {}),
        )
        with self._changed:
            self.last = line
            self._lines[int(found["id"])].append(line)
            self._changed.notify_all()

    def _drain(self) -> None:
        for line in self._process.stderr or ():
            self.errors += line

    def _fail(self, words: str) -> None:
        with self._changed:
            self._wrong = self._wrong or words
            self._changed.notify_all()

    def _last_words(self) -> str:
        time.sleep(0.1)  # what it wrote before it ended may still be on its way
        words = self.errors.decode(errors="replace").strip()
        return f"; its standard error ends: {words[-500:]}" if words else ""
