"""The commands ``python -m spec build [FOLDER]`` and ``python -m spec diff [BASE]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from spec import SpecError
from spec.diff import ROOT, last_release, print_changes
from spec.files import build

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, TOO_LOW, FAILED = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 0: success, 1: the version is too low, 2: the command failed."""
    options = _arguments().parse_args(argv)
    try:
        return _build(options.folder) if options.command == "build" else _diff(options.base)
    except SpecError as error:
        sys.stderr.write(f"spec: {error}\n")
        return FAILED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m spec",
        epilog="Exit codes: 0 success, 1 info.version is too low, 2 the command failed.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    files = commands.add_parser("build", help="write the files for other teams")
    files.add_argument("folder", type=Path, nargs="?", default=ROOT / "dist" / "spec")
    diff = commands.add_parser("diff", help="print changes of openapi.yaml, and check its version")
    diff.add_argument("base", nargs="?", help="a git revision (default: the last release)")
    return parser


def _build(folder: Path) -> int:
    names = build(folder)
    sys.stdout.write("\n".join([f"{folder}:", *names]) + "\n")
    return OK


def _diff(named: str | None) -> int:
    base = named or last_release(ROOT)
    if base is None:
        sys.stdout.write("not run: there is no release yet to compare openapi.yaml with\n")
        return OK
    sys.stdout.write(f"openapi.yaml since {base}:\n")
    sys.stdout.flush()
    return OK if print_changes(ROOT, base) else TOO_LOW


if __name__ == "__main__":
    sys.exit(main())
