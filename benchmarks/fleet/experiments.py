"""What is simulated and run: rows of the tables in ``docs/fleets.md``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from . import real
from .simulation import Fleet, Result, simulate

RULES: Final = {False: "30 s before the end (default)", True: "`spread_refresh=True`"}
OUTAGES: Final = (30.0, 60.0, 120.0)
OUTAGE_AT: Final = 900.0
AFTERWARDS: Final = 60.0
"""Seconds after an outage that are looked at."""
SMALL: Final = Fleet(
    processes=100,
    seconds=120,
    started_within=10,
    spread=False,
    capacity=200,
    life=40,
    interval=2,
    down_from=60,
    down_for=20,
)
"""The fleet that is simulated and run: its tokens are renewed after 10 s."""


@dataclass(frozen=True)
class Start:
    """A fleet that starts within a minute, and its result."""

    fleet: Fleet
    result: Result

    @property
    def settled(self) -> list[int]:
        """Token requests in each second of the second half."""
        return self.result.requests(self.fleet.seconds / 2, self.fleet.seconds)


@dataclass(frozen=True)
class Outage:
    """A fleet whose token endpoint refuses connections for a while, and its result."""

    fleet: Fleet
    result: Result

    @property
    def end(self) -> float:
        """The second at which the endpoint is back."""
        return self.fleet.down_from + self.fleet.down_for


@dataclass(frozen=True)
class Comparison:
    """The same small fleet, simulated and real."""

    fleet: Fleet
    simulated: Result
    measured: Result


def starts(*, quick: bool) -> list[Start]:
    """Simulate fleets of three sizes with both rules; *quick*: the smallest only."""
    sizes = {1_000: (1_800, 200), 10_000: (1_800, 200), 100_000: (1_800, 2_000)}
    fleets = [
        Fleet(processes=n, seconds=seconds, started_within=60, spread=spread, capacity=capacity)
        for n, (seconds, capacity) in sizes.items()
        for spread in RULES
    ]
    return [Start(fleet, simulate(fleet)) for fleet in (fleets[:2] if quick else fleets)]


def outages(*, quick: bool) -> list[Outage]:
    """Simulate outages of a fleet that has run for 15 minutes."""
    fleet = Fleet(
        processes=1_000 if quick else 10_000,
        seconds=OUTAGE_AT + max(OUTAGES) + 180,
        started_within=300,  # as if it had run for hours
        spread=False,
        capacity=200,
        down_from=OUTAGE_AT,
    )
    fleets = [replace(fleet, down_for=d, spread=spread) for d in OUTAGES for spread in RULES]
    return [Outage(each, simulate(each)) for each in fleets]


def comparison() -> Comparison:
    """Simulate a small fleet, and run it for two minutes."""
    return Comparison(SMALL, simulate(SMALL), real.run(SMALL))
