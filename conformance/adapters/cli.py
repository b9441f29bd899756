"""``make conformance-table``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from functools import cache
from typing import Final

from .build import TOOLCHAINS, BuildError
from .judge import JudgeError, judged, known_failures
from .subjects import ROOT, SUBJECTS, Subject
from .table import Row, differences, disagreements, replaced, section, table, words

PAGE: Final = ROOT / "docs" / "conformance.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Judge all; 0: the page is written, or as it should be, 1: it is not, 2: nobody could tell."""
    options = _parser().parse_args(argv)
    chosen = (
        [s for s in SUBJECTS if s.name in options.only]
        if options.only
        else _all(but_ours=options.check)
    )
    try:
        rows = {subject: _row(subject) for subject in chosen}
    except (BuildError, JudgeError) as error:
        print(error, file=sys.stderr)
        return 2
    wrong = [line for subject, row in rows.items() for line in _wrong(subject, row)]
    not_run = [
        f"not run: {row.label}: no {', '.join(row.missing)}" for row in rows.values() if row.missing
    ]
    print("\n".join([table(list(rows.values())), *wrong, *not_run]))
    if not_run and os.environ.get("CI") == "true":
        return 2
    if wrong:
        return 1
    return 0 if options.only else _page(list(rows.values()), check=options.check)


def _all(*, but_ours: bool) -> list[Subject]:
    """To compare leaves out ours, which ``make conformance`` judges more strictly."""
    return [s for s in SUBJECTS if not (but_ours and s.toolchain == "ours")]


def _row(subject: Subject) -> Row:
    toolchain = TOOLCHAINS[subject.toolchain]
    if missing := toolchain.missing():
        return Row(label=subject.label, rules={}, missing=missing)
    start = time.monotonic()
    _build(subject.toolchain)
    built = time.monotonic()
    row = judged(subject)
    took = f"{built - start:.0f} s to build, {time.monotonic() - built:.0f} s to judge"
    print(f"{subject.label}: {row.kept} of {row.total} ({took})", file=sys.stderr, flush=True)
    return row


@cache
def _build(name: str) -> None:
    TOOLCHAINS[name].build()


def _wrong(subject: Subject, row: Row) -> list[str]:
    """Say where the verdicts are not what the list of known failures says."""
    if row.missing:
        return []
    broken = {b.id: b.reason for b in row.broken}
    place = subject.known.relative_to(ROOT)
    return [
        f"{row.label}: {name}: undecided, the machine was too slow"
        if name in row.undecided
        else f"{row.label}: {name}: broken, and not in {place}: {broken[name]}"
        if name in broken
        else f"{row.label}: {name}: kept, yet in {place}"
        for name in disagreements(row, known_failures(subject))
    ]


def _page(rows: Sequence[Row], *, check: bool) -> int:
    text = PAGE.read_text(encoding="utf-8")
    if not check:
        PAGE.write_text(replaced(text, f"{table(rows)}\n{words(rows)}"), encoding="utf-8")
        return 0
    different = differences(section(text), rows, [s.label for s in SUBJECTS])
    if different:
        print(f"{PAGE.relative_to(ROOT)} is not what was judged; make conformance-table writes it:")
        print("\n".join(different))
    return 1 if different else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make conformance-table", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the page, write nothing")
    parser.add_argument("--only", action="append", choices=[s.name for s in SUBJECTS])
    return parser
