"""The program under test: one process that reads commands and writes results, as JSON lines."""

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
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

_PROXIES: Final = {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy"}
_EXIT_TIMEOUT: Final = 10.0
"""Seconds within which a subject must exit after ``quit``."""
MAX_OUTPUT: Final = 64 * 1024**2
"""Bytes of standard output, and of standard error, that are kept and searched."""
_LONGEST_LINE: Final = 1024**2


class SubjectError(Exception):
    """The subject broke the protocol: it ended early, or wrote an invalid line."""


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """The result of a call, as the subject wrote it.

    Attributes:
        label: The member of the body that shows which response was read.
        body: The beginning of the body.
    """

    ok: bool
    stage: str | None
    status: float | None
    message: str
    label: object
    body: str

    @classmethod
    def read(cls, members: dict[str, Any]) -> Self:
        """Read a line of the protocol.

        Raises:
            TypeError: A member has another type.
        """
        body = dict(members.get("body") or {})
        stage, status = members.get("stage"), members.get("status")
        if not isinstance(stage, str | None) or not isinstance(status, int | float | None):
            raise TypeError("stage is text, and status a number")
        return cls(
            ok=bool(members["ok"]),
            stage=stage,
            status=status,
            message=str(members.get("message", "")),
            label=body.get("label"),
            body=str(body)[:300],
        )


def environment(settings: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return a subject's environment variables: no proxy, UTF-8, and *folder* as its home."""
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
        self.last: CallResult | None = None
        self._results: dict[int, list[CallResult]] = defaultdict(list)
        self._expected: dict[int, int] = {}
        self._violation: str | None = None
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=read, daemon=True)
            for read in (self._read_output, self._read_errors)
        ]
        for thread in self._threads:
            thread.start()

    def call(self, times: int, *, client: str) -> int:
        """Start *times* simultaneous calls, and return the number of the command."""
        number = len(self._expected) + 1
        self._expected[number] = times
        self._send({"command": "call", "id": number, "times": times, "client": client})
        return number

    def results(self, number: int, timeout: float) -> list[CallResult]:
        """Wait for the results of command *number*; return those of the first *timeout* seconds.

        Raises:
            SubjectError: The subject broke the protocol meanwhile.
        """

        def complete() -> bool:
            return len(self._results[number]) >= self._expected[number]

        with self._changed:
            self._changed.wait_for(lambda: self._violation or complete(), timeout)
            if self._violation and not complete():
                raise SubjectError(f"{self._violation}{self._last_errors()}")
            return list(self._results[number])

    def stop(self) -> None:
        """Send ``quit``, and kill the process if it does not exit."""
        self._send({"command": "quit"})
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_TIMEOUT)
        self.kill()

    def kill(self) -> None:
        """Kill the process and all processes that it started."""
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        for thread, pipe in zip(self._threads, self._pipes, strict=True):
            thread.join(_EXIT_TIMEOUT)
            if pipe and not thread.is_alive():
                pipe.close()

    def _send(self, command: Mapping[str, object]) -> None:
        try:
            self._process.stdin.write(json.dumps(command).encode() + b"\n")  # type: ignore[union-attr]  # it is a pipe
            self._process.stdin.flush()  # type: ignore[union-attr]  # it is a pipe
        except OSError:
            try:
                code = self._process.wait(_EXIT_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._fail("it does not read its standard input")
            else:
                self._fail(f"it ended with exit code {code}")

    def _read_output(self) -> None:
        for line in iter(partial(self._process.stdout.readline, _LONGEST_LINE), b""):  # type: ignore[union-attr]  # it is a pipe
            self._keep(self.output, line, "standard output")
            try:
                self._add(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
                text = line.decode(errors="replace").strip()
                self._fail(f"standard output contains an invalid line: {text[:200]}")
        code = self._process.wait()
        self._fail(f"it ended with exit code {code}")

    def _add(self, members: dict[str, Any]) -> None:
        if "unsupported" in members:
            self._fail(f"it does not support {members['unsupported']}")
            return
        number, result = int(members["id"]), CallResult.read(members)
        with self._changed:
            self.last = result
            self._results[number].append(result)
            self._changed.notify_all()

    def _read_errors(self) -> None:
        for line in iter(partial(self._process.stderr.readline, _LONGEST_LINE), b""):  # type: ignore[union-attr]  # it is a pipe
            self._keep(self.errors, line, "standard error")

    def _keep(self, kept: bytearray, line: bytes, name: str) -> None:
        if len(kept) + len(line) > MAX_OUTPUT:
            self._fail(f"{name} has more than {MAX_OUTPUT} bytes")
        else:
            kept += line

    def _fail(self, violation: str) -> None:
        with self._changed:
            self._violation = self._violation or violation
            self._changed.notify_all()

    def _last_errors(self) -> str:
        time.sleep(0.1)  # output that was written before the end may not have been read yet
        text = self.errors.decode(errors="replace").strip()
        return f"; its standard error ends: {text[-500:]}" if text else ""
