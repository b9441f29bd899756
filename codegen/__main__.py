"""The command line: ``python -m codegen [--spec FILE] [--output DIR] [--check]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from codegen import example_rule, pins, prove, rules
from codegen.document import load
from codegen.errors import DocumentError
from codegen.output import differences, scratch, swap, verify_replaceable
from codegen.project import PACKAGE, generate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codegen.document import Document

ROOT: Final = Path(__file__).resolve().parent.parent
OUTPUT: Final = ROOT / "generated" / PACKAGE
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
    document = load(spec)
    rules.verify(document)
    verify_replaceable(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with scratch(beside=output) as folder:
        generate(document, spec=spec, output=folder / PACKAGE)
        _verify_examples(document, output)
        _prove(document, folder / PACKAGE)
        swap(folder / PACKAGE, output)
    return OK


def _check(spec: Path, output: Path) -> int:
    document = load(spec)
    rules.verify(document)
    with scratch() as folder:
        generate(document, spec=spec, output=folder / PACKAGE)
        _verify_examples(document, output)
        _prove(document, folder / PACKAGE)
        changed = differences(output, folder / PACKAGE)
    if not changed:
        return OK
    lines = [f"{output} is not up to date with {spec}:", *changed, "Fix it with: make generate"]
    sys.stdout.write("\n".join(lines) + "\n")
    return DRIFT


def _prove(document: Document, package: Path) -> None:
    """Call what was written; warn of what could not be tried.

    Raises:
        DocumentError: The package does not do what the document says.
    """
    for place in prove.verify(document, package):
        sys.stderr.write(f"warning: {place}: no value could be made, so it is not proved\n")


def _verify_examples(document: Document, output: Path) -> None:
    """Reject a success without an example in the package's own document, else warn of it.

    Raises:
        DocumentError: Names every response that has no example.
    """
    complaints = [*example_rule.complaints(document)]
    if complaints and output.resolve() == OUTPUT:
        raise DocumentError(complaints)
    for complaint in complaints:
        sys.stderr.write(f"warning: {complaint}\n")


if __name__ == "__main__":
    sys.exit(main())
