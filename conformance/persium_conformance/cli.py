"""The command ``persium-conformance``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from . import SET_VERSION, __version__, reports
from .known import KnownError, read_known
from .loading import load
from .rules import RULES
from .scenario import Scenario
from .suite import Report, preflight, run, settle
from .trial import Result, Verdict

OK: Final = 0
BROKEN: Final = 1
USAGE: Final = 2
_FILES: Final[Mapping[str, Callable[[Report, Mapping[str, str]], str]]] = {
    "tap": reports.tap,
    "junit": reports.junit,
    "json": reports.machine,
    "badge": reports.badge,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Judge a subject; 0: all is kept, 1: a rule is broken, 2: nothing could be judged."""
    own, words = _split(sys.argv[1:] if argv is None else argv)
    command = [_absolute(word) for word in words]
    options = _parser().parse_args(own)
    try:
        scenarios = _chosen(options)
        known = read_known(options.known_failing, [s.id for s in load()])
    except KnownError as error:
        return _fail(str(error))
    if options.list:
        print("\n".join(f"{s.rule:6} {s.level:6} {s.id}: {s.claim}" for s in scenarios))
        return OK
    if not command:
        return _fail("which subject? persium-conformance [options] -- COMMAND [ARG ...]")
    try:
        trouble = preflight(command)
    except OSError as error:
        trouble = str(error)
    if trouble:
        return _fail(f"the subject can't be judged: {trouble}")
    return _judge(options, scenarios, command, known)


def _judge(
    options: argparse.Namespace,
    scenarios: Sequence[Scenario],
    command: Sequence[str],
    known: Mapping[str, str],
) -> int:
    start = time.monotonic()
    results = run(scenarios, command, jobs=options.jobs, done=_progress)
    report = Report(
        name=options.name or " ".join(Path(word).name for word in command[1:] or command),
        results=settle(results, known=known, strict=options.strict),
        seconds=time.monotonic() - start,
    )
    for kind, write in _FILES.items():
        target = getattr(options, kind)
        if target == "-":
            print(write(report, known), end="")
        elif target:
            Path(target).write_text(write(report, known), encoding="utf-8")
    taken = "-" in {getattr(options, kind) for kind in _FILES}
    print(reports.human(report, known), file=sys.stderr if taken else sys.stdout)
    return OK if report.good else BROKEN


def _progress(result: Result) -> None:
    if sys.stderr.isatty():
        mark = "." if result.verdict is Verdict.KEPT else "F"
        print(mark, end="", file=sys.stderr, flush=True)


def _split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    own = list(argv)
    if "--" not in own:
        return own, []
    at = own.index("--")
    return own[:at], own[at + 1 :]


def _absolute(word: str) -> str:
    """Return *word* as a whole path if it is a file here: a subject runs in another folder."""
    return str(Path(word).absolute()) if Path(word).is_file() else word


def _chosen(options: argparse.Namespace) -> list[Scenario]:
    scenarios = load()
    unknown = set(options.scenario) - {s.id for s in scenarios}
    if unknown:
        raise KnownError(f"no such scenario: {', '.join(sorted(unknown))}")
    return [
        s
        for s in scenarios
        if (not options.rule or s.rule in options.rule)
        and (not options.scenario or s.id in options.scenario)
    ]


def _fail(words: str) -> int:
    print(f"persium-conformance: {words}", file=sys.stderr)
    return USAGE


def _jobs(text: str) -> int:
    if not 1 <= int(text) <= 64:
        raise ValueError
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="persium-conformance",
        usage="persium-conformance [options] -- COMMAND [ARG ...]",
        description=_DESCRIPTION,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rule", action="append", default=[], choices=list(RULES), metavar="RULE")
    add("--scenario", action="append", default=[], metavar="ID", help="only this one")
    add("--list", action="store_true", help="show the scenarios, and judge nothing")
    add("--strict", action="store_true", help="a SHOULD counts like a MUST")
    add("--known-failing", type=Path, metavar="FILE", help="lines 'scenario-id: reason'")
    add("--jobs", type=_jobs, default=8, metavar="N", help="scenarios at once (default: 8)")
    add("--name", help="what reports call the subject")
    add("--tap", metavar="FILE", help="write TAP 14; - is standard output, here and below")
    add("--junit", metavar="FILE", help="write JUnit XML")
    add("--json", metavar="FILE", help="write every verdict as JSON")
    add("--badge", metavar="FILE", help="write the JSON of a shields.io endpoint badge")
    version = f"persium-conformance {__version__}, scenarios {SET_VERSION}"
    add("--version", action="version", version=version)
    return parser


_DESCRIPTION: Final = """Judge whether a client of the Persium API keeps the token policy. COMMAND
speaks JSON lines and gets its settings from the environment; see README.md."""
