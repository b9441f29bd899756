"""``persium doctor``: why a client does not work."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from persium_ext.doctor import Check, diagnose, origins

from .exit_codes import ExitCode
from .output import as_json, flush, harmless, write
from .report import code_of

_SETTINGS = ("token_url", "api_base_url", "client_id", "client_secret_file")


def doctor(args: Namespace) -> int:
    """Print each check when it has ended; return the exit code of the first failure."""
    checks: list[Check] = []
    with _arguments(args) as arguments:
        for check in diagnose(arguments, timeout=args.timeout, deadline=args.deadline):
            checks.append(check)
            if not args.json:
                write(sys.stdout, _lines(check))
                flush(sys.stdout)
    failed = next((check.error for check in checks if check.error is not None), None)
    code = code_of(failed) if failed else ExitCode.OK
    if args.json:
        result = {"checks": [check.fields for check in checks], "exit_code": code.value}
        write(sys.stdout, as_json(result))
    return code


def show_origins(args: Namespace) -> None:
    """Show on standard error where each setting comes from."""
    with _arguments(args) as arguments:
        for origin in origins(arguments, os.environ):
            write(sys.stderr, harmless(f"persium: {origin.name}: {origin}"))


@contextmanager
def _arguments(args: Namespace) -> Generator[dict[str, Any]]:
    """Return the settings that the command line gives, or those of a sandbox."""
    if not args.sandbox:
        yield {name: getattr(args, name) for name in _SETTINGS}
        return
    from persium_ext._text.secret import Secret  # noqa: PLC0415  # of a sandbox only
    from persium_ext.sandbox import Sandbox  # noqa: PLC0415  # the same

    with Sandbox() as served:
        given: dict[str, Any] = {name.lower(): value for name, value in served.environ.items()}
        yield {**given, "client_secret": Secret(served.client_secret)}


def _lines(check: Check) -> str:
    fields = check.fields
    found = str(check.detail or fields["cause"])
    named = (
        found
        if found.startswith(f"{check.name} ") and check.name.isupper()
        else f"{check.name}: {found}"
    )
    lines = [f"{fields['state']:9}  {named}"]
    if fields["fix"]:
        lines.append(f"{'':9}  fix: {fields['fix']}")
    if fields["docs_url"]:
        lines.append(f"{'':9}  see: persium explain {fields['docs_url'].rpartition('#')[2]}")
    return "\n".join(map(harmless, lines))
