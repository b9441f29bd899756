"""From arguments to an exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise

from . import commands, smoke_test
from .arguments import parse
from .exit_codes import ExitCode
from .explain import explain
from .output import OutputLostError, flush
from .report import report


def _call(args: Namespace) -> None:
    from .call import call  # noqa: PLC0415  # the other commands start faster without it

    call(args)


def _doctor(args: Namespace) -> int:
    from .doctor import doctor  # noqa: PLC0415  # the same

    return doctor(args)


COMMANDS: dict[str, Callable[[Namespace], int | None]] = {
    "me": smoke_test.me,
    "call": _call,
    "doctor": _doctor,
    "token": commands.token,
    "sandbox": commands.sandbox,
    "spec": commands.spec,
    "completion": commands.completion,
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
        return report(error, json=_is_json(words))
    return code


def _run(words: Sequence[str]) -> int:
    try:
        args = parse(words)
    except SystemExit as stop:  # argparse has printed help or version
        return int(stop.code or 0)
    return COMMANDS[args.command](args) or ExitCode.OK


def _is_json(words: Sequence[str]) -> bool:
    """Return whether errors are JSON too; the command line may be wrong, so it is not parsed."""
    if [*words[:1]] == ["call"]:  # there ``--json`` is the body of the request
        return False
    return "--json" in words or "--output=json" in words or ("--output", "json") in pairwise(words)


def _discard_output() -> None:
    """Redirect standard output, so that Python reports no error when it exits."""
    with suppress(OSError, ValueError), open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123  # a device
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
