"""The command line: ``python -m codegen [--spec FILE] [--output DIR] [--check]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from codegen import _document, _pins
from codegen._output import differences, scratch, swap
from codegen._refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
DRIFT, REFUSED = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 0: fine, 1: the output differs (``--check``), 2: refused."""
    options = _arguments().parse_args(argv)
    try:
        _pins.verify()
        return (_check if options.check else _write)(options.spec, options.output)
    except Refused as refused:
        print("codegen refuses; nothing was written:", file=sys.stderr)
        for complaint in refused.complaints:
            print(f"  {complaint}", file=sys.stderr)
        return REFUSED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--spec", type=Path, default=ROOT / "openapi.yaml", metavar="FILE")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "generated" / "persium_api", metavar="DIR"
    )
    parser.add_argument(
        "--check", action="store_true", help="compare only; exit 1 on any difference"
    )
    return parser


def _write(spec: Path, output: Path) -> int:
    from codegen._project import generate  # noqa: PLC0415

    document = _document.load(spec)
    output.parent.mkdir(parents=True, exist_ok=True)
    with scratch(beside=output.parent) as folder:
        generate(document, spec=spec, output=folder / "new")
        swap(folder / "new", output)
    return 0


def _check(spec: Path, output: Path) -> int:
    from codegen._project import generate  # noqa: PLC0415

    with scratch() as folder:
        generate(_document.load(spec), spec=spec, output=folder / "new")
        changed = differences(output, folder / "new")
    for line in changed:
        print(line)
    if changed:
        print("Mend it with: make generate")
    return DRIFT if changed else 0


if __name__ == "__main__":
    sys.exit(main())
