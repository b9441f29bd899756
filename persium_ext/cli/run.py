"""From arguments to an exit code."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from typing import Final

from . import commands, smoke_test
from .arguments import parse
from .exit_codes import ExitCode
from .output import OutputLostError, flush
from .report import report


def _later(name: str) -> Callable[[Namespace], int | None]:
    """Return the command *name* of the module of that name, which is imported when it runs."""

    def command(args: Namespace) -> int | None:
        found: Callable[[Namespace], int | None] = getattr(
            import_module(f"{__package__}.{name}"), name
        )
        return found(args)

    return command


COMMANDS: dict[str, Callable[[Namespace], int | None]] = {
    "me": smoke_test.me,
    "call": _later("call"),
    "doctor": _later("doctor"),
    "token": commands.token,
    "sandbox": commands.sandbox,
    "spec": commands.spec,
    "completion": commands.completion,
    "explain": _later("explain"),
}
_OBJECTS: Final = 100_000
"""New objects after which garbage is collected; with the default of 700, modules cause it often."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit codes are in ``exit_codes``.

    None stands for the arguments of this process, which ends with the command.
    """
    if argv is None:
        argv = sys.argv[1:]
        _collect_little_garbage()
        _report_failures_once()
    return _exit_code(argv)


def _collect_little_garbage() -> None:
    """Save a fifth of the time of ``persium me``: modules are no garbage, at the end neither."""
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)


def _report_failures_once() -> None:
    """Leave the warning about a failed token request to ``report``: standard error may be JSON."""
    if not os.environ.get("PERSIUM_LOG"):
        logging.getLogger("persium_ext").addFilter(
            lambda record: getattr(record, "persium_event", None) != "token_cooldown"
        )


def _exit_code(words: Sequence[str]) -> int:
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
