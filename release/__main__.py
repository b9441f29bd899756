"""The command line: ``python -m release {audit,dist,tag}``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from release import _tag
from release._audit import FOUND, NOT_CHECKED, Verdict, audit
from release._dist import build

ROOT: Final = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 0: done, 1: something is wrong, and said."""
    options = _arguments().parse_args(argv)
    if options.command == "audit":
        return report(audit(ROOT), complete=options.complete)
    if options.command == "dist":
        _say([path.name for path in build(ROOT, options.into)])
        return 0
    complaints = _tag.complaints(options.tag, root=ROOT)
    _say(complaints)
    return 1 if complaints else 0


def report(verdicts: Sequence[Verdict], *, complete: bool) -> int:
    """Print *verdicts*; return 1 for a hole; if *complete*, for what was not looked at too."""
    _say([str(verdict) for verdict in verdicts])
    bad = {FOUND, NOT_CHECKED} if complete else {FOUND}
    return 1 if any(verdict.state in bad for verdict in verdicts) else 0


def _say(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m release", description="Around a release.")
    commands = parser.add_subparsers(dest="command", required=True)
    look = commands.add_parser("audit", help="known holes in what is locked, and in the workflows")
    look.add_argument("--complete", action="store_true", help="fail for what can't be looked at")
    make = commands.add_parser("dist", help="wheel, sdist, SBOM and SHA256SUMS")
    make.add_argument("into", type=Path, metavar="DIR", help="an empty folder")
    name = commands.add_parser("tag", help="compare a tag with the version and the changelog")
    name.add_argument("tag", metavar="TAG", help="such as v0.1.0")
    return parser


if __name__ == "__main__":
    sys.exit(main())
