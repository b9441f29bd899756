"""The command ``python -m interop``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from codegen.errors import DocumentError
from interop import documents, report
from interop.report import FAILED, Result
from interop.run import run
from interop.target import Target, targets

ROOT: Final = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run the targets; return 1 if a target failed, or did not run although ``CI=true``."""
    known = targets()
    options = _arguments([target.name for target in known]).parse_args(argv)
    chosen = [target for target in known if target.name in (options.only or [target.name])]
    try:
        results = _results(chosen, document=options.document, cache=options.cache)
    except DocumentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    complete = os.environ.get("CI") == "true"
    remark = "CI=true: all targets must run\n" if complete else ""
    _print(f"\n{report.table(results)}{remark}\n{report.closing_line(results)}\n")
    return report.exit_code(results, complete=complete)


def _results(chosen: Sequence[Target], *, document: Path, cache: Path) -> list[Result]:
    forms = documents.write(document, cache / "documents")
    results: list[Result] = []
    for target in chosen:
        _print(f"{target.name}: {target.generator}\n")
        result = run(target, documents=forms, work=cache / target.name)
        if result.state == FAILED:
            _print(f"{target.name} failed: {result.detail}\n")
        results.append(result)
    return results


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _arguments(names: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m interop",
        description="Generate clients of openapi.yaml with other generators, and call the sandbox.",
    )
    parser.add_argument("--only", action="append", choices=names, help="may be repeated")
    parser.add_argument(
        "--document",
        type=Path,
        default=ROOT / "openapi.yaml",
        metavar="FILE",
        help="another document",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=ROOT / ".cache" / "interop",
        metavar="DIR",
        help="folder of the builds",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
