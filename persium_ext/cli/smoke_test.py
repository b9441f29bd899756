"""``persium me``: who is calling, whether that is the expected client, for people and pipelines."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Mapping

from .commands import client, print_fields
from .exit_codes import ExitCode
from .output import harmless, write
from .report import CommandError, code_of, words_of

PAUSE = 1.0
"""Seconds between two attempts."""


class NotExpectedError(CommandError):
    """Another client is calling than the one that was expected."""

    code = ExitCode.NOT_EXPECTED


def me(args: Namespace) -> None:
    """Print who is calling."""
    if args.verbose:
        from .doctor import show_origins  # noqa: PLC0415  # without the option the command does without

        show_origins(args)
    args.json = args.json or args.output == "json"
    if args.output not in {"junit", "github"}:
        print_fields(_expected_caller(args), args)
        return
    from . import pipelines  # noqa: PLC0415  # the other formats do without

    form = pipelines.FORMATS[args.output]
    start = time.monotonic()
    try:
        caller = _expected_caller(args)
    except Exception as error:
        message, hint = words_of(error, code_of(error))
        failure = pipelines.Failure(type(error).__name__, message, hint)
        write(sys.stdout, form({}, failure, time.monotonic() - start))
        raise
    write(sys.stdout, form(caller, None, time.monotonic() - start))


def _expected_caller(args: Namespace) -> Mapping[str, object]:
    caller = _caller_when_ready(args)
    expected = {
        "client_id": args.expect_client_id,
        "organisation_uuid": args.expect_organisation and str(args.expect_organisation),
    }
    problems = [
        f"{name} is {caller[name]}, not {value}"
        for name, value in expected.items()
        if value is not None and caller[name] != value
    ]
    if problems:
        hint = "the credentials belong to another client, or API_BASE_URL to another environment"
        raise NotExpectedError("; ".join(problems), hint=hint)
    return caller


def _caller_when_ready(args: Namespace) -> Mapping[str, object]:
    """Call ``GET /me`` until it succeeds, fails for good, or ``--wait-for`` is over."""
    start, whole = time.monotonic(), args.deadline
    while True:
        left = args.wait_for - (time.monotonic() - start)
        args.deadline = min(whole, max(left, PAUSE)) if args.wait_for else whole
        try:
            return _caller(args)
        except Exception as error:
            left = args.wait_for - (time.monotonic() - start)
            if left <= PAUSE or not may_pass(error):
                raise
            _show(f"waiting for {left:.0f} s: {error.args[0]}")
        time.sleep(PAUSE)
        _show("")


def _caller(args: Namespace) -> Mapping[str, object]:
    with client(args) as persium:
        return persium.identity.get_me().to_dict()


def may_pass(error: Exception) -> bool:
    """Return whether *error* may be that of an API that is not ready yet."""
    from persium_ext import errors  # noqa: PLC0415  # --help starts faster without it

    if isinstance(error, errors.ApiStatusError):
        return error.status == 429 or error.status >= 500
    passing = (
        errors.ApiConnectionError,
        errors.DeadlineExceeded,
        errors.TokenEndpointUnavailable,
    )
    return isinstance(error, passing)


def _show(text: str) -> None:
    """Show the progress in one line of a terminal; a log gets none."""
    if sys.stderr.isatty():
        import shutil  # noqa: PLC0415  # without a terminal the command starts faster

        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r" + harmless(text)[:width].ljust(width) + ("" if text else "\r"))
        sys.stderr.flush()
