"""Runs one scenario with one subject, and returns the verdict."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from . import leaks
from .checks import Evidence, violations
from .endpoints import Exchange, SimulatedEndpoints
from .runner import ScenarioRunner
from .scenario import Scenario
from .subject import Subject

MAX_RUNS: Final = 3
"""Number of runs on a machine that is too slow for a verdict."""


class Verdict(StrEnum):
    """The verdict about a subject in a scenario."""

    KEPT = "kept"
    BROKEN = "broken"
    ADVISED = "advised"
    """A SHOULD is broken, which counts with ``--strict`` only."""
    KNOWN = "known"
    """Broken, and in the list of known failures."""
    FIXED = "fixed"
    """Kept, but in the list of known failures, which must be corrected."""
    UNDECIDED = "undecided"
    """This machine was too slow, or lacks a feature."""


GOOD: Final = {Verdict.KEPT, Verdict.ADVISED, Verdict.KNOWN}


@dataclass(frozen=True, kw_only=True)
class Result:
    """A verdict and its reasons.

    Attributes:
        reasons: One sentence for each violation.
        timeline: One line for each request and each other event.
    """

    scenario: Scenario
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    timeline: tuple[str, ...] = ()
    seconds: float = 0


def judge(scenario: Scenario, command: Sequence[str]) -> Result:
    """Run *scenario* with the subject *command*; repeat it if this machine was too slow."""
    reason = f"this machine was too slow for a verdict, {MAX_RUNS} times"
    if "arguments" in scenario.expect.hidden and not leaks.PROCESSES.exists():
        reason = f"this machine has no {leaks.PROCESSES}, which shows command lines"
        return Result(scenario=scenario, verdict=Verdict.UNDECIDED, reasons=(reason,))
    for _ in range(MAX_RUNS):
        result = _run_once(scenario, command)
        if result is not None:
            return result
    return Result(scenario=scenario, verdict=Verdict.UNDECIDED, reasons=(reason,))


def _run_once(scenario: Scenario, command: Sequence[str]) -> Result | None:
    command_lines: set[bytes] = set()
    started: list[Subject] = []

    def observe() -> None:
        if "arguments" in scenario.expect.hidden and started:
            command_lines.update(leaks.command_lines(started[0].pid))

    endpoints = SimulatedEndpoints(scenario, observe)
    with (
        tempfile.TemporaryDirectory(prefix="persium-conformance-") as name,
        endpoints.open() as settings,
    ):
        folder = Path(name)
        subject = Subject(command, settings=settings, folder=folder)
        started.append(subject)
        runner = ScenarioRunner(scenario=scenario, endpoints=endpoints, subject=subject)
        try:
            reasons = runner.run()
            if any(step.background for step in scenario.steps) and not reasons:
                subject.kill()
        finally:
            subject.stop()
        locations = {"a command line": b"\n".join(command_lines), **leaks.files(folder)}
        evidence = _evidence(endpoints, subject, locations)
    reasons += violations(scenario.expect, evidence) if not reasons else []
    if reasons and runner.too_slow:
        return None
    return _result(scenario, reasons, endpoints, runner)


def _evidence(
    endpoints: SimulatedEndpoints, subject: Subject, locations: dict[str, bytes]
) -> Evidence:
    output = {"standard output": bytes(subject.output), "standard error": bytes(subject.errors)}
    return Evidence(
        exchanges=endpoints.exchanges,
        tokens=endpoints.tokens,
        secret_marker=endpoints.secret_marker,
        message=subject.last.message if subject.last else None,
        locations={**output, **locations},
    )


def _result(
    scenario: Scenario, reasons: list[str], endpoints: SimulatedEndpoints, runner: ScenarioRunner
) -> Result:
    requests = ((e.received, _describe(e, endpoints)) for e in endpoints.exchanges)
    events = [(at - endpoints.started, text) for at, text in sorted([*runner.events, *requests])]
    broken = Verdict.BROKEN if scenario.level == "must" else Verdict.ADVISED
    return Result(
        scenario=scenario,
        verdict=broken if reasons else Verdict.KEPT,
        reasons=tuple(reasons),
        timeline=tuple(f"{at:7.3f} s  {' '.join(text.split())}" for at, text in events),
        seconds=events[-1][0] if events else 0,
    )


def _describe(exchange: Exchange, endpoints: SimulatedEndpoints) -> str:
    facts = ["no response" if exchange.status is None else str(exchange.status)]
    if exchange.token is not None:
        token = endpoints.tokens[exchange.token - 1]
        lifetime = f" with {token.expires_in:g} s" if exchange.origin == "token" else ""
        facts.append(f"token {token.number}{lifetime}")
        if exchange.origin == "api":
            left = token.expires_in - (exchange.received - token.issued)
            facts.append(f"{left:.1f} s left")
    if exchange.responded is not None:
        facts.append(f"response after {exchange.responded - exchange.received:.3f} s")
    request = f"{exchange.request.method} {exchange.request.target}"
    return f"{exchange.origin} request {exchange.number}: {request}: {', '.join(facts)}"
