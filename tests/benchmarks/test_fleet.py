"""The simulation of fleets: it keeps the vendor's rules, and its figures are those of its model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.fleet.endpoint import Endpoint
from benchmarks.fleet.experiments import Comparison, Outage, Start
from benchmarks.fleet.report import comparison_table, outage_table, start_table
from benchmarks.fleet.simulation import Fleet, simulate

FLEET = Fleet(processes=200, seconds=1_200, started_within=300, spread=False, capacity=1_000)


def test_one_request_for_each_life() -> None:
    """A process that calls all the time requests one token each 270 s."""
    alone = Fleet(
        processes=1, seconds=2_700, started_within=0, spread=False, capacity=9, interval=0.01
    )

    assert sum(simulate(alone).served.values()) == 10


@pytest.mark.parametrize(
    ("fleet", "due"),
    [
        pytest.param(FLEET, 270, id="default"),
        pytest.param(replace(FLEET, spread=True), 225, id="spread_refresh, from 180 to 270 s"),
    ],
)
def test_mean(fleet: Fleet, due: float) -> None:
    """A fleet requests n / (t + c) tokens a second: t until a renewal is due, c between calls."""
    requests = simulate(fleet).requests(300, 1_200)

    assert sum(requests) / 900 == pytest.approx(200 / (due + 10), rel=0.1)


def test_nothing_fails_while_the_endpoint_works() -> None:
    """Without an outage no call fails."""
    assert simulate(FLEET).failed.total() == 0


def test_outage_is_felt_by_processes_without_a_token() -> None:
    """In an outage calls fail, afterwards they do not, and fewer fail if tokens are younger."""
    down = replace(FLEET, down_from=600, down_for=120)
    default, spread = simulate(down), simulate(replace(down, spread=True))

    assert default.share_failed(300, 600) == 0
    assert 0.1 < default.share_failed(600, 720) < 0.4
    assert default.share_failed(800, 1_200) == 0
    assert spread.share_failed(600, 720) < default.share_failed(600, 720)
    assert default.refused.total() > 0


def test_endpoint_that_is_too_small() -> None:
    """Requests beyond the capacity wait, and fail if they wait longer than the time-out."""
    small = replace(FLEET, started_within=0, interval=1, capacity=3, seconds=60)

    assert simulate(small).failed.total() > 0


def test_same_seed_same_result() -> None:
    """A simulation can be repeated."""
    assert simulate(FLEET, seed=7) == simulate(FLEET, seed=7) != simulate(FLEET, seed=8)


def test_endpoint_is_a_queue() -> None:
    """Requests are served one after the other; one that comes too late has its time-out."""
    endpoint = Endpoint(capacity=2, down_from=10, down_to=20)

    first, second = (endpoint.answer(1, timeout=0.9) for _ in range(2))
    refused, later = endpoint.answer(10, timeout=1), endpoint.answer(20, timeout=1)

    assert first.granted
    assert first.at == pytest.approx(1.52)
    assert (second.granted, second.timed_out, second.at) == (False, True, 1.9)
    assert (refused.granted, refused.timed_out) == (False, False)
    assert later.granted
    assert (endpoint.served, endpoint.refused) == ({1: 2, 20: 1}, {10: 1})


def test_tables() -> None:
    """Each row has the figures of its fleet."""
    down = replace(FLEET, down_from=600, down_for=120)
    result = simulate(down)

    assert "| 200 | 30 s before the end (default) | " in start_table([Start(FLEET, result)])
    assert f"| 120 s | 30 s before the end (default) | {result.share_failed(600, 720):.1%} |" in (
        outage_table([Outage(down, result)])
    )
    assert f"| token requests | {result.served.total()} | {result.served.total()} |" in (
        comparison_table(Comparison(down, result, result))
    )
