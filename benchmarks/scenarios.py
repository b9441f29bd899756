"""What is measured, with which contenders and how often."""

from __future__ import annotations

from typing import Final, NamedTuple

from .site import Scheme

OURS: Final = "persium"
SYNC: Final = (
    OURS,
    "httpx",
    "httpx2",
    "httpx-auth",
    "authlib",
    "openai",
    "azure-core",
    "urllib3",
    "pyreqwest",
    "raw socket",
)
ASYNC: Final = (
    OURS,
    "httpx",
    "httpx2",
    "httpx-auth",
    "authlib",
    "openai",
    "azure-core",
    "httpx on aiohttp",
    "openai on aiohttp",
    "aiohttp",
    "aiohttp single flight",
    "pyreqwest",
)
THREADED: Final = (OURS, "httpx", "httpx2", "openai", "urllib3", "pyreqwest")


class Scenario(NamedTuple):
    """One kind of work for several contenders.

    Attributes:
        name: On the command line and in the results.
        title: In the page.
        work: The module in ``work``.
        contenders: Who does it, in the order of the table.
        scheme: ``http`` or ``https``.
        calls: Calls in one round.
        workers: Threads, tasks or clients that share them.
        rounds: How often each contender does it.
        cold: Each round is the first one of a process; otherwise one more round comes first.
    """

    name: str
    title: str
    work: str
    contenders: tuple[str, ...]
    scheme: Scheme = "http"
    calls: int = 60
    workers: int = 1
    rounds: int = 25
    cold: bool = False


SCENARIOS: Final = (
    Scenario("sync-http", "One thread, HTTP", "sequential", SYNC),
    Scenario("sync-https", "One thread, HTTPS", "sequential", SYNC, "https"),
    Scenario("async-1", "One task, HTTP", "tasks", ASYNC, rounds=15),
    Scenario("async-100", "100 tasks, HTTP", "tasks", ASYNC, calls=300, workers=100, rounds=9),
    *(
        Scenario(
            f"threads-{number}",
            f"{number} threads, HTTP",
            "threads",
            THREADED,
            calls=128,
            workers=number,
            rounds=9,
        )
        for number in (1, 2, 4, 16, 64)
    ),
)
