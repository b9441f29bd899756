"""``persium sandbox -- PROGRAM``: run a program with the settings of a sandbox."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

from .report import UsageError


def run(program: Sequence[str], settings: Mapping[str, str]) -> int:
    """Run *program*, and return its exit code; 128 and its number after a signal, as a shell does.

    The settings are in its environment, never on its command line, and no other settings are.
    """
    kept = {name: value for name, value in os.environ.items() if not _is_setting(name)}
    started: list[subprocess.Popen[bytes]] = []
    with _signals_passed_on(started):
        try:
            started.append(subprocess.Popen(program, env={**kept, **settings}))  # noqa: S603  # it is the user's
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name can't be passed on"
            raise UsageError(f"can't run the program: {reason}") from error
        code = started[0].wait()
    return 128 - code if code < 0 else code


def _is_setting(name: str) -> bool:
    settings = ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE")
    return name.removeprefix("PERSIUM_") in settings


@contextmanager
def _signals_passed_on(started: Sequence[subprocess.Popen[bytes]]) -> Generator[None]:
    """Pass signals on; a terminal sends Ctrl-C to the program itself."""

    def pass_on(number: int, _frame: object) -> None:
        for process in started:
            if number != signal.SIGINT or not sys.stdin.isatty():
                process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
