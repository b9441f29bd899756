"""The command line: ``python -m interop``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from codegen.errors import DocumentError
from interop import _documents, _report, _run
from interop._report import FAILED
from interop._target import Target, targets

ROOT: Final = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run the targets; return 0: all is well, 1: one failed, or was not run where ``CI=true``."""
    known = targets()
    options = _arguments([target.name for target in known]).parse_args(argv)
    wanted = [target for target in known if target.name in (options.only or [target.name])]
    try:
        results = _results(wanted, document=options.document, cache=options.cache)
    except DocumentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    complete = os.environ.get("CI") == "true"
    remark = "CI=true: all have to run\n" if complete else ""
    _say(f"\n{_report.table(results)}{remark}\n{_report.closing_line(results)}\n")
    return _report.exit_code(results, complete=complete)


def _results(wanted: Sequence[Target], *, document: Path, cache: Path) -> list[_report.Result]:
    documents = _documents.write(document, cache / "documents")
    results: list[_report.Result] = []
    for target in wanted:
        _say(f"{target.name}: {target.generator}\n")
        result = _run.run(target, documents=documents, work=cache / target.name)
        if result.state == FAILED:
            _say(f"{target.name} failed: {result.words}\n")
        results.append(result)
    return results


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


def _arguments(names: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m interop",
        description="Let other generators make clients of openapi.yaml, and call the sandbox.",
    )
    parser.add_argument("--only", action="append", choices=names, help="may be repeated")
    parser.add_argument(
        "--document", type=Path, default=ROOT / "openapi.yaml", metavar="FILE", help="another one"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=ROOT / ".cache" / "interop",
        metavar="DIR",
        help="builds go here",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
