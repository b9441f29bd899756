"""The soak itself: its verdict, and that it finds each leak made on purpose."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from . import verdict
from .census import Census
from .leaks import LEAKS
from .tally import GIVEN_UP, RIGHT, Tally
from .verdict import Sample

ROOT = Path(__file__).parents[2]
REST = Census(rss=50_000, blocks=200_000, files=7, threads=1, objects=Counter(Token=2))
SEEN = {
    "responses": "objects: .* more of persium_api",
    "flights": "objects: .* more of persium_ext._runtime.single_flight.Flight",
    "sockets": "file descriptors: ",
    "threads": "threads: .* after",
    "clients": "objects: .* more of persium_ext.client.Persium",
    "bodies": "WRONG BODY",
    "tokens": "token requests: .* are allowed",
}


def judged(
    after: Census = REST, *, rates: float = 0, every: int = 60, requests: int = 0, **outcomes: int
) -> str:
    """Return the complaints about these counts, as one text."""
    tally = Tally()
    tally.outcomes.update({RIGHT: 10, **outcomes})
    samples = [
        Sample(seconds=every * n, calls=n, census=evolve(REST, rss=round(REST.rss + rates * n)))
        for n in range(8)
    ]
    found = verdict.complaints(REST, after, samples, tally, requests=requests, allowed=5)
    return "\n".join(found)


def test_no_complaint() -> None:
    """Noise within the tolerance is not a leak."""
    noise = evolve(REST, rss=REST.rss + 1000, blocks=REST.blocks + 1000)

    assert judged(noise, rates=100, requests=5) == ""


def test_a_short_soak_has_no_slope() -> None:
    """One step of the allocator in a few seconds is not a leak."""
    assert judged(rates=300, every=10) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"files": 8}, "file descriptors: 7 before, 8 after"),
        ({"threads": 2}, "threads: 1 before, 2 after"),
        ({"objects": Counter(Token=8)}, "objects: 6 more of Token"),
        ({"blocks": 203_000}, "3000 more blocks"),
        ({"rss": 53_000}, "memory: 3000 KiB more"),
    ],
)
def test_each_resource_is_watched(changed: dict[str, Any], words: str) -> None:
    """Each kind of leak has its complaint."""
    assert words in judged(evolve(REST, **changed))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rates": 300}, "memory: 300 KiB a minute"),
        ({"requests": 6}, "token requests: 6, and 5 are allowed"),
        ({"WRONG BODY: x": 1}, "1 times WRONG BODY: x"),
        ({"UNEXPECTED: y": 2}, "2 times UNEXPECTED: y"),
        ({"ApiConnectionError": 11}, "fewer than half"),
    ],
)
def test_each_failure_is_reported(given: dict[str, Any], words: str) -> None:
    """A slow leak, too many tokens, a wrong result and too little load have complaints."""
    assert words in judged(**given)


def test_allowed_token_requests() -> None:
    """Lifetimes, revocations, 401s, forks, faults and cancelled calls allow token requests."""
    outcomes = Counter({RIGHT: 1000, GIVEN_UP: 70, "forked child: right": 5})
    server = {"token_faults": 2, "done": {"revocations": 3, "outages": 1}}

    allowed = verdict.most_token_requests(server, outcomes, seconds=40, clients=2)

    assert allowed == 2 * 11 + 2 * 3 + 5 + 3 * 2 + 7


def soak(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it with a fixed seed."""
    command = (sys.executable, "-m", "tests.soak", "--seed", "7", *arguments)
    return subprocess.run(
        command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )


def test_every_leak_is_tried() -> None:
    """The table above has every leak."""
    assert set(SEEN) == set(LEAKS)


@pytest.mark.soak
@pytest.mark.parametrize("leak", sorted(LEAKS))
def test_leaks_are_seen(leak: str) -> None:
    """The soak fails with each leak, and its report names it."""
    done = soak("--seconds", "25", "--leak", leak)

    said = done.stdout.partition("## Verdict")[2]
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(SEEN[leak], said)
