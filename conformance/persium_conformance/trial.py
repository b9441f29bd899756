"""One scenario, one subject, one verdict."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from . import leaks
from .checks import Evidence, complaints
from .play import Play
from .scenario import Scenario
from .subject import Subject
from .world import Exchange, World

REPEATS: Final = 3
"""How often a scenario is played on a machine that is too slow for a verdict."""


class Verdict(StrEnum):
    """What is said of a subject in a scenario."""

    KEPT = "kept"
    BROKEN = "broken"
    ADVISED = "advised"
    """A SHOULD is not followed, which counts with ``--strict`` only."""
    KNOWN = "known"
    """Broken, as the list of known failures says."""
    MENDED = "mended"
    """Kept, though the list of known failures says otherwise: the list has to be mended too."""
    UNDECIDED = "undecided"
    """This machine was too slow, or can't tell."""


GOOD: Final = {Verdict.KEPT, Verdict.ADVISED, Verdict.KNOWN}


@dataclass(frozen=True, kw_only=True)
class Result:
    """A verdict and its reasons.

    Attributes:
        reasons: A sentence for each breach.
        timeline: What happened, a line each.
    """

    scenario: Scenario
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    timeline: tuple[str, ...] = ()
    seconds: float = 0


def judge(scenario: Scenario, command: Sequence[str]) -> Result:
    """Play *scenario* with the subject *command*, again if this machine was too slow."""
    if "arguments" in scenario.expect.hidden and not leaks.PROCESSES.exists():
        words = f"this machine has no {leaks.PROCESSES}, which shows command lines"
        return Result(scenario=scenario, verdict=Verdict.UNDECIDED, reasons=(words,))
    for _ in range(REPEATS):
        result = _judge(scenario, command)
        if result is not None:
            return result
    words = f"this machine was too slow for a verdict, {REPEATS} times"
    return Result(scenario=scenario, verdict=Verdict.UNDECIDED, reasons=(words,))


def _judge(scenario: Scenario, command: Sequence[str]) -> Result | None:
    lines: set[bytes] = set()
    running: list[Subject] = []

    def observe() -> None:
        if "arguments" in scenario.expect.hidden and running:
            lines.update(leaks.arguments(running[0].pid))

    world = World(scenario, observe)
    with (
        tempfile.TemporaryDirectory(prefix="persium-conformance-") as name,
        world.open() as settings,
    ):
        folder = Path(name)
        subject = Subject(command, settings=settings, folder=folder)
        running.append(subject)
        play = Play(scenario=scenario, world=world, subject=subject)
        try:
            reasons = play.run()
            if any(step.background for step in scenario.steps) and not reasons:
                subject.kill()
        finally:
            subject.leave()
        evidence = Evidence(
            exchanges=world.exchanges,
            tokens=world.tokens,
            secret_core=world.secret_core,
            message=subject.last.message if subject.last else None,
            places={
                "standard output": bytes(subject.output),
                "standard error": bytes(subject.errors),
                "a command line": b"\n".join(lines),
                **leaks.files(folder),
            },
        )
    reasons += complaints(scenario.expect, evidence) if not reasons else []
    if reasons and play.late:
        return None
    return _result(scenario, reasons, world, play)


def _result(scenario: Scenario, reasons: list[str], world: World, play: Play) -> Result:
    moments = [*play.notes, *((e.received, _line(e, world)) for e in world.exchanges)]
    timeline = [
        f"{at - world.started:7.3f} s  {' '.join(words.split())}" for at, words in sorted(moments)
    ]
    must = scenario.level == "must"
    broken = Verdict.BROKEN if must else Verdict.ADVISED
    return Result(
        scenario=scenario,
        verdict=broken if reasons else Verdict.KEPT,
        reasons=tuple(reasons),
        timeline=tuple(timeline),
        seconds=max(at for at, _ in moments) - world.started if moments else 0,
    )


def _line(exchange: Exchange, world: World) -> str:
    facts = ["no answer" if exchange.status is None else str(exchange.status)]
    if exchange.token is not None:
        token = world.tokens[exchange.token - 1]
        life = f" with {token.expires_in:g} s" if exchange.origin == "token" else ""
        facts.append(f"token {token.number}{life}")
        if exchange.origin == "api":
            left = token.expires_in - (exchange.received - token.issued)
            facts.append(f"{left:.1f} s left")
    if exchange.answered is not None:
        facts.append(f"answered after {exchange.answered - exchange.received:.3f} s")
    request = f"{exchange.request.method} {exchange.request.target}"
    return f"{exchange.origin} request {exchange.number}: {request}: {', '.join(facts)}"
