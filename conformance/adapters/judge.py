"""Has subjects judged, and compares the verdicts with their lists of known failures."""

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

SECOND_LOOKS: Final = 3

Judge = Callable[[Sequence[str]], dict[str, Any]]
"""Judges the scenarios of these ids; all, where there are none."""


class JudgeError(Exception):
    """The judge could not judge a subject."""


def known_failures(subject: Subject) -> dict[str, str]:
    """Return the reasons by scenario; nothing where there is no list."""
    if not subject.known.exists():
        return {}
    lines = subject.known.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {name: reason for name, _, reason in pairs}


def judged(subject: Subject) -> Row:
    """Judge *subject* in every scenario."""
    known = known_failures(subject)
    document = settled(known, partial(_judge, subject))
    return row(subject.label, document, known)


def settled(known: Mapping[str, str], judge: Judge) -> dict[str, Any]:
    """Return what *judge* says, after a second look where that is not what *known* says.

    A second look is at those scenarios alone: a breach that takes a race shows in one of a few
    tries, and a crowded machine must not make one. What has no list gets no second look.
    """
    document = judge(())
    for _ in range(SECOND_LOOKS if known else 0):
        again = disagreements(row("", document, known), known)
        if not again:
            break
        later = {result["id"]: result for result in judge(again)["results"]}
        results = [later.get(result["id"], result) for result in document["results"]]
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
