"""From arguments to an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from . import commands
from .arguments import parse
from .exit_codes import ExitCode
from .explain import explain
from .output import OutputLostError, flush
from .report import report

COMMANDS = {
    "me": commands.me,
    "token": commands.token,
    "sandbox": commands.sandbox,
    "spec": commands.spec,
    "explain": explain,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit codes are in ``exit_codes``."""
    words = sys.argv[1:] if argv is None else argv
    try:
        code = _run(words)
        flush(sys.stdout)
    except OutputLostError:
        _discard_output()
        return ExitCode.OUTPUT_LOST
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  # an unexpected error has an exit code too
        return report(error, json="--json" in words)
    return code


def _run(words: Sequence[str]) -> int:
    try:
        args = parse(words)
    except SystemExit as stop:  # argparse has printed help or version
        return int(stop.code or 0)
    COMMANDS[args.command](args)
    return ExitCode.OK


def _discard_output() -> None:
    """Redirect standard output, so that Python reports no error when it exits."""
    with suppress(OSError, ValueError), open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123  # a device
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
