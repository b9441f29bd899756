"""The command line: ``python -m codegen [--spec FILE] [--output DIR] [--check]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from codegen import prove
from codegen.check import completeness, rules
from codegen.errors import DocumentError
from codegen.generate import pins
from codegen.generate.project import PACKAGE, generate
from codegen.output import differences, scratch, swap, verify_replaceable
from codegen.read.document import load
from codegen.report.changelog import with_drafts
from codegen.report.changes import changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codegen.read.document import Document

ROOT: Final = Path(__file__).resolve().parent.parent
OUTPUT: Final = ROOT / "generated" / PACKAGE
CHANGELOG: Final = ROOT / "CHANGELOG.md"
OK, DRIFT, REJECTED = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 0: done, 1: the output differs (``--check``), 2: rejected."""
    options = _arguments().parse_args(argv)
    try:
        pins.verify()
        return (_check if options.check else _write)(options.spec, options.output)
    except DocumentError as error:
        lines = ["codegen stopped; the output is unchanged:", *error.complaints]
        sys.stderr.write("\n  ".join(lines) + "\n")
        return REJECTED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m codegen",
        description="Write the package from the document, or check that it is up to date.",
        epilog="Exit codes: 0 done, 1 the output differs (--check), 2 rejected or wrong usage.",
    )
    parser.add_argument(
        "--spec",
        type=Path,
        default=ROOT / "openapi.yaml",
        metavar="FILE",
        help="the document",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=OUTPUT,
        metavar="DIR",
        help="the package's folder, replaced as a whole (default: generated/persium_api)",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    return parser


def _write(spec: Path, output: Path) -> int:
    document = _read(spec, output)
    verify_replaceable(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with scratch(beside=output) as folder:
        generate(document, spec=spec, output=folder / PACKAGE)
        _warn(document)
        _prove(document, folder / PACKAGE)
        lines = _changes(document, output)
        swap(folder / PACKAGE, output)
    _report(lines, output)
    return OK


def _changes(document: Document, output: Path) -> list[str]:
    """Return what changes for users of the package in *output*.

    Nothing is known of the first package, nor of one with the marks of a merge.
    """
    try:
        return changes(load(output / "openapi.json"), document)
    except DocumentError:
        return []


def _report(lines: list[str], output: Path) -> None:
    """Print *lines*; those of the package's own document are also drafts in the changelog."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    if lines and output.resolve() == OUTPUT:
        text = CHANGELOG.read_text(encoding="utf-8")
        CHANGELOG.write_text(with_drafts(text, lines), encoding="utf-8")


def _check(spec: Path, output: Path) -> int:
    document = _read(spec, output)
    with scratch() as folder:
        generate(document, spec=spec, output=folder / PACKAGE)
        _warn(document)
        _prove(document, folder / PACKAGE)
        changed = differences(output, folder / PACKAGE)
    if not changed:
        return OK
    lines = [f"{output} is not up to date with {spec}:", *changed, "Fix it with: make generate"]
    sys.stdout.write("\n".join(lines) + "\n")
    return DRIFT


def _read(spec: Path, output: Path) -> Document:
    document = load(spec)
    rules.verify(document, complete=output.resolve() == OUTPUT)
    return document


def _prove(document: Document, package: Path) -> None:
    """Call what was written; warn of what could not be tried.

    Raises:
        DocumentError: The package does not do what the document says.
    """
    for place in prove.verify(document, package):
        sys.stderr.write(f"warning: {place}: no value could be made, so it is not proved\n")


def _warn(document: Document) -> None:
    """Name what only the readers of a document lack: it is refused in the package's own."""
    for complaint in completeness.complaints(document):
        sys.stderr.write(f"warning: {complaint}\n")


if __name__ == "__main__":
    sys.exit(main())
