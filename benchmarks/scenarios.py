"""What is measured, with which contenders and how often."""

from __future__ import annotations

from typing import Final, NamedTuple

from .job import Load
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
BURSTS: Final = (OURS, "aiohttp single flight", "azure-core")
THREADS: Final = (1, 2, 4, 16, 64)
SIZES: Final = {"1KB": 200, "10KB": 50, "100KB": 10, "1MB": 1, "10MB": 1}
"""The lists of the server, and how many calls for each are one round."""


class Scenario(NamedTuple):
    """One kind of work for several contenders.

    Attributes:
        name: On the command line and in the results.
        work: The module in ``work``.
        contenders: Who does it, in the order of the table.
        load: How much is to be done in one round.
        rounds: How often each contender does it.
        scheme: ``http`` or ``https``.
        cold: Each round is the first one of a process; otherwise one more round comes first.
    """

    name: str
    work: str
    contenders: tuple[str, ...]
    load: Load
    rounds: int
    scheme: Scheme = "http"
    cold: bool = False


SCENARIOS: Final = (
    Scenario("sync-http", "sequential", SYNC, Load(60), 25),
    Scenario("sync-https", "sequential", SYNC, Load(60), 25, "https"),
    Scenario("async-1", "tasks", ASYNC, Load(60), 15),
    Scenario("async-100", "tasks", ASYNC, Load(300, 100), 9),
    *(Scenario(f"threads-{n}", "threads", THREADED, Load(128, n), 9) for n in THREADS),
    Scenario("burst-100", "burst", BURSTS, Load(100), 5, cold=True),
    Scenario("burst-1000", "burst", (*BURSTS, "httpx"), Load(1000), 3, cold=True),
    Scenario("burst-10000", "burst", BURSTS[:2], Load(10_000, idle=6), 1, cold=True),
    Scenario(
        "burst-threads",
        "burst_of_threads",
        (OURS, "httpx", "httpx-auth", "azure-core", "urllib3"),
        Load(64),
        5,
        "https",
        cold=True,
    ),
    Scenario(
        "command",
        "command",
        ("persium me", "httpx script", "openai script", "two curls"),
        Load(),
        9,
        "https",
    ),
    Scenario(
        "import",
        "statement",
        (
            "import persium_ext",
            "import attrs",
            "first client",
            "import httpx",
            "first client of httpx",
        ),
        Load(),
        15,
        "https",
    ),
    Scenario(
        "further-client",
        "further_client",
        (OURS, "httpx", "httpx2", "openai", "urllib3"),
        Load(workers=40),
        3,
        cold=True,
    ),
    Scenario("clients", "clients", ("1", "10", "100", "1000"), Load(200), 9),
    *(
        Scenario(f"list-{size}", "records", (OURS, "from_dict"), Load(calls, size=size), 7)
        for size, calls in SIZES.items()
    ),
    Scenario(
        "idle",
        "idle",
        (OURS, "httpx"),
        Load(workers=20, idle=6),
        3,
        "https",
        cold=True,
    ),
)

QUICK: Final = ("sync-http", "async-100", "threads-16", "burst-threads", "import", "command")
"""What ``--quick`` measures."""
