"""How a command reports a failure: one line, perhaps a hint, and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import Final

from .exit_codes import ExitCode, exit_code
from .output import OutputLostError, as_json, harmless, write

_SETTINGS: Final = ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET")
_FACTS: Final = ("status", "request_id", "attempts", "retry_after", "url")
"""Attributes of errors that are members with ``--json``; null where they are not known."""


class CommandError(Exception):
    """A command failed for a reason of its own; *hint* is what helps."""

    code = ExitCode.USAGE

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(CommandError):
    """The command line is wrong."""


def report(error: Exception, *, json: bool) -> ExitCode:
    """Print *error* on standard error; with *json* as one JSON object."""
    code = code_of(error)
    message, hint = words_of(error, code)
    trace = _trace(error) if code is ExitCode.BUG else None
    if json:
        fields: dict[str, object] = {
            "error": type(error).__name__,
            "message": message,
            "hint": hint,
            "exit_code": code.value,
            **{name: getattr(error, name, None) for name in _FACTS},
        }
        lines = [as_json(fields | ({"traceback": trace} if trace else {}))]
    else:
        last = hint and f"hint: {harmless(hint)}"
        lines = [line for line in (trace, f"persium: {harmless(message)}", last) if line]
    with suppress(OutputLostError):  # the exit code still reports it
        write(sys.stderr, "\n".join(lines))
    return code


def code_of(error: Exception) -> ExitCode:
    """Return the exit code of *error*, which a command raised."""
    return error.code if isinstance(error, CommandError) else exit_code(error)


def words_of(error: Exception, code: ExitCode) -> tuple[str, str | None]:
    """Return message and hint; of an unexpected error only its class: the text may have secrets."""
    if code is ExitCode.BUG:
        message = f"unexpected {type(error).__name__}: this is a bug in persium, please report it"
        return message, "PERSIUM_DEBUG=1 shows where it happened"
    hint, page = getattr(error, "hint", None), getattr(error, "docs_url", None)
    if _nothing_is_set(error):
        hint = "without settings, --sandbox calls a server on this machine"
    see = f"see {page}, or: persium explain {page.rpartition('#')[2]}" if page else None
    return str(error.args[0]), "; ".join(filter(None, [hint, see])) or None


def _nothing_is_set(error: Exception) -> bool:
    problems: tuple[str, ...] = getattr(error, "problems", ())
    return len(problems) == len(_SETTINGS) and all(" is missing: " in each for each in problems)


def _trace(error: BaseException) -> str | None:
    """Return where a bug happened, if asked for: lines of code, never values or an error's text."""
    if os.environ.get("PERSIUM_DEBUG") != "1":
        return None
    cause = error.__cause__ or error.__context__
    lines = [
        f"{_trace(cause)}\nled to" if cause else "Traceback (most recent call last):",
        *traceback.format_list(traceback.extract_tb(error.__traceback__)),
        type(error).__name__,
    ]
    return "\n".join(line.rstrip("\n") for line in lines)
