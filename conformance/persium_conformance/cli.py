"""The command ``persium-conformance``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from . import SET_VERSION, __version__, reports
from .judge import Result, Verdict
from .known_failures import UsageError, read_known_failures
from .loading import load
from .rules import RULES
from .scenario import Scenario
from .suite import Report, preflight, run, with_options

OK: Final = 0
BROKEN: Final = 1
USAGE: Final = 2
_FILES: Final[Mapping[str, Callable[[Report, Mapping[str, str]], str]]] = {
    "tap": reports.tap,
    "junit": reports.junit,
    "json": reports.as_json,
    "badge": reports.badge,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Test a subject; return 0: it complies, 1: a rule is broken, 2: it could not be tested."""
    own, words = _split(sys.argv[1:] if argv is None else argv)
    command = [_absolute(word) for word in words]
    options = _parser().parse_args(own)
    try:
        scenarios = _chosen(options)
        known = read_known_failures(options.known_failing, [s.id for s in load()])
    except UsageError as error:
        return _fail(str(error))
    if options.list:
        print("\n".join(f"{s.rule:6} {s.level:6} {s.id}: {s.claim}" for s in scenarios))
        return OK
    if not command:
        return _fail("no subject: use persium-conformance [options] -- COMMAND [ARG ...]")
    try:
        reason = preflight(command)
    except OSError as error:
        reason = str(error)
    if reason:
        return _fail(f"the subject can't be tested: {reason}")
    return _test(options, scenarios, command, known)


def _test(
    options: argparse.Namespace,
    scenarios: Sequence[Scenario],
    command: Sequence[str],
    known: Mapping[str, str],
) -> int:
    start = time.monotonic()
    results = run(scenarios, command, jobs=options.jobs, done=_progress)
    report = Report(
        name=options.name or " ".join(Path(word).name for word in command[1:] or command),
        results=with_options(results, known=known, strict=options.strict),
        seconds=time.monotonic() - start,
    )
    for kind, write in _FILES.items():
        target = getattr(options, kind)
        if target == "-":
            print(write(report, known), end="")
        elif target:
            Path(target).write_text(write(report, known), encoding="utf-8")
    stdout_used = "-" in {getattr(options, kind) for kind in _FILES}
    print(reports.text(report, known), file=sys.stderr if stdout_used else sys.stdout)
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
    """Make *word* an absolute path if it names a file: the subject runs in another folder."""
    return str(Path(word).absolute()) if Path(word).is_file() else word


def _chosen(options: argparse.Namespace) -> list[Scenario]:
    scenarios = load()
    unknown = set(options.scenario) - {s.id for s in scenarios}
    if unknown:
        raise UsageError(f"no such scenario: {', '.join(sorted(unknown))}")
    return [
        s
        for s in scenarios
        if (not options.rule or s.rule in options.rule)
        and (not options.scenario or s.id in options.scenario)
    ]


def _fail(message: str) -> int:
    print(f"persium-conformance: {message}", file=sys.stderr)
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
    add("--scenario", action="append", default=[], metavar="ID", help="run only this one")
    add("--list", action="store_true", help="print the scenarios and exit")
    add("--strict", action="store_true", help="a SHOULD counts like a MUST")
    add("--known-failing", type=Path, metavar="FILE", help="lines 'scenario-id: reason'")
    add("--jobs", type=_jobs, default=8, metavar="N", help="simultaneous scenarios (default: 8)")
    add("--name", help="name of the subject in reports")
    add("--tap", metavar="FILE", help="write TAP 14; - is standard output, also below")
    add("--junit", metavar="FILE", help="write JUnit XML")
    add("--json", metavar="FILE", help="write every verdict as JSON")
    add("--badge", metavar="FILE", help="write the JSON of a shields.io endpoint badge")
    version = f"persium-conformance {__version__}, scenarios {SET_VERSION}"
    add("--version", action="version", version=version)
    return parser


_DESCRIPTION: Final = """Test whether a client of the Persium API complies with the token policy.
COMMAND reads and writes JSON lines, and its settings are in the environment; see README.md."""
