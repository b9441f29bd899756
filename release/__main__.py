"""The command ``python -m release``: ``audit [--complete]``, ``tag TAG`` or ``zipapp FOLDER``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from release._audit import NOT_CHECKED, VULNERABLE, audit
from release._tag import complaints
from release._zipapp import build

ROOT: Final = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 for success, 1 for a finding."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("audit", help="look for known vulnerabilities in the locks")
    command.add_argument("--complete", action="store_true", help="fail for an unchecked lock too")
    command = commands.add_parser("tag", help="compare a tag with the version and the changelog")
    command.add_argument("tag", metavar="TAG", help="such as v0.1.0")
    command = commands.add_parser("zipapp", help="write persium-conformance as one file")
    command.add_argument("folder", type=Path, help="where it is written")
    options = parser.parse_args(argv)
    if options.command == "zipapp":
        sys.stdout.write(f"{build(ROOT, options.folder)}\n")
        return 0
    if options.command == "tag":
        reasons = complaints(options.tag, root=ROOT)
        sys.stdout.writelines(f"{reason}\n" for reason in reasons)
        return 1 if reasons else 0
    results = list(audit(ROOT))
    sys.stdout.writelines(f"{result}\n" for result in results)
    failing = {VULNERABLE, NOT_CHECKED} if options.complete else {VULNERABLE}
    return 1 if any(result.state in failing for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
