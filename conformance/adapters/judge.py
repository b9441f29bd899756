"""Runs the suite with a subject, and repeats scenarios that differ from its known failures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from .subjects import BUILT, ROOT, Subject
from .table import Row, disagreements, row

MAX_REPEATS: Final = 3

Judge = Callable[[Sequence[str]], dict[str, Any]]
"""Runs the scenarios with these ids, or all, and returns the JSON report."""


class JudgeError(Exception):
    """The suite could not test a subject."""


def known_failures(subject: Subject) -> dict[str, str]:
    """Return the reasons by scenario; empty if there is no list."""
    if not subject.known.exists():
        return {}
    lines = subject.known.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {name: reason for name, _, reason in pairs}


def row_of(subject: Subject) -> Row:
    """Test *subject* in every scenario."""
    known = known_failures(subject)
    document = with_repeats(known, partial(_judge, subject))
    return row(subject.label, document, known)


def with_repeats(known: Mapping[str, str], judge: Judge) -> dict[str, Any]:
    """Return the report of *judge*; scenarios that differ from *known* are repeated alone.

    A violation that needs a race occurs in one of a few runs, and a slow machine must not cause
    one. Without a list of known failures nothing is repeated.
    """
    document = judge(())
    for _ in range(MAX_REPEATS if known else 0):
        different = disagreements(row("", document, known), known)
        if not different:
            break
        repeated = {result["id"]: result for result in judge(different)["results"]}
        results = [repeated.get(result["id"], result) for result in document["results"]]
        document = {**document, "results": results}
    return document


def _judge(subject: Subject, scenarios: Sequence[str]) -> dict[str, Any]:
    target = BUILT / "results" / f"{subject.name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    jobs = 1 if scenarios else subject.jobs
    chosen = [word for name in scenarios for word in ("--scenario", name)]
    command = [
        *(sys.executable, "-m", "persium_conformance", "--jobs", str(jobs)),
        *("--name", subject.label, "--json", str(target), *chosen, "--", *subject.command),
    ]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT / "conformance")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1} or not target.exists():
        raise JudgeError(f"{subject.label}: {done.stderr.strip() or done.stdout.strip()}")
    document: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return document
