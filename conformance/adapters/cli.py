"""Build and test every subject, and write the table of docs/conformance.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from functools import cache
from typing import Final

from .build import TOOLCHAINS, BuildError
from .judge import JudgeError, known_failures, row_of
from .subjects import ROOT, SUBJECTS, Subject
from .table import Row, differences, disagreements, failures, replaced, section, table

PAGE: Final = ROOT / "docs" / "conformance.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Test all subjects; return 0: the page is correct, 1: it is not, 2: a subject did not run."""
    options = _parser().parse_args(argv)
    chosen = (
        [s for s in SUBJECTS if s.name in options.only]
        if options.only
        else _all(with_ours=not options.check)
    )
    try:
        rows = {subject: _row(subject) for subject in chosen}
    except (BuildError, JudgeError) as error:
        print(error, file=sys.stderr)
        return 2
    errors = [line for subject, row in rows.items() for line in _errors(subject, row)]
    not_run = [
        f"not run: {row.label}: no {', '.join(row.missing)}" for row in rows.values() if row.missing
    ]
    print("\n".join([table(list(rows.values())), *errors, *not_run]))
    if not_run and os.environ.get("CI") == "true":
        return 2
    if errors:
        return 1
    return 0 if options.only else _page(list(rows.values()), check=options.check)


def _all(*, with_ours: bool) -> list[Subject]:
    """Return the subjects; for ``--check`` without ours, which ``make conformance`` tests."""
    return [s for s in SUBJECTS if with_ours or s.toolchain != "ours"]


def _row(subject: Subject) -> Row:
    toolchain = TOOLCHAINS[subject.toolchain]
    if missing := toolchain.missing():
        return Row(label=subject.label, rules={}, missing=missing)
    start = time.monotonic()
    _build(subject.toolchain)
    built = time.monotonic()
    row = row_of(subject)
    times = f"{built - start:.0f} s to build, {time.monotonic() - built:.0f} s to test"
    print(f"{subject.label}: {row.kept} of {row.total} ({times})", file=sys.stderr, flush=True)
    return row


@cache
def _build(name: str) -> None:
    TOOLCHAINS[name].build()


def _errors(subject: Subject, row: Row) -> list[str]:
    """Return the differences between the verdicts and the list of known failures."""
    if row.missing:
        return []
    broken = {b.id: b.reason for b in row.broken}
    known = subject.known.relative_to(ROOT)
    return [
        f"{row.label}: {name}: undecided, the machine was too slow"
        if name in row.undecided
        else f"{row.label}: {name}: broken, and not in {known}: {broken[name]}"
        if name in broken
        else f"{row.label}: {name}: kept, but in {known}"
        for name in disagreements(row, known_failures(subject))
    ]


def _page(rows: Sequence[Row], *, check: bool) -> int:
    text = PAGE.read_text(encoding="utf-8")
    if not check:
        PAGE.write_text(replaced(text, f"{table(rows)}\n{failures(rows)}"), encoding="utf-8")
        return 0
    different = differences(section(text), rows, [s.label for s in SUBJECTS])
    if different:
        print(f"{PAGE.relative_to(ROOT)} does not match the results: run make conformance-table")
        print("\n".join(different))
    return 1 if different else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make conformance-table", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="compare with the page, and write nothing"
    )
    parser.add_argument("--only", action="append", choices=[s.name for s in SUBJECTS])
    return parser
