"""The ratios that this project has goals for, or keeps an eye on."""

from __future__ import annotations

from typing import Final, NamedTuple

from .figures import Quantity, Ratio, Results, ratio
from .scenarios import OURS, SIZES, THREADS

KIB: Final = 1024


class Comparison(NamedTuple):
    """A ratio, or one number.

    Attributes:
        name: In the page and in the baseline.
        what: The numerator.
        by: The denominator, or a unit.
        goal: The ratio is to be no larger; None: there is no goal.
    """

    name: str
    what: Quantity
    by: Quantity | float
    goal: float | None = None

    def ratio(self, results: Results) -> Ratio | None:
        """Return the ratio; None if one of the two was not measured."""
        numerators = self.what.of(results)
        if isinstance(self.by, Quantity):
            denominators = self.by.of(results)
        else:
            denominators = [self.by] * len(numerators)
        return ratio(numerators, denominators) if numerators and denominators else None


def _ours(scenario: str, figure: str = "seconds") -> Quantity:
    return Quantity(scenario, OURS, figure)


COMPARISONS: Final = (
    Comparison(
        "one thread, HTTP / httpx", _ours("sync-http"), Quantity("sync-http", "httpx"), 0.75
    ),
    Comparison(
        "one thread, HTTPS / httpx", _ours("sync-https"), Quantity("sync-https", "httpx"), 0.75
    ),
    Comparison("one task / httpx", _ours("async-1"), Quantity("async-1", "httpx")),
    Comparison("100 tasks / httpx", _ours("async-100"), Quantity("async-100", "httpx"), 0.28),
    Comparison("100 tasks / aiohttp", _ours("async-100"), Quantity("async-100", "aiohttp"), 3.3),
    *(
        Comparison(
            f"threads: {n} / httpx",
            _ours(f"threads-{n}"),
            Quantity(f"threads-{n}", "httpx"),
            0.75 if n == 16 else None,
        )
        for n in THREADS
    ),
    Comparison(
        "1,000 cold tasks / aiohttp with one token request",
        _ours("burst-1000"),
        Quantity("burst-1000", "aiohttp single flight"),
        2,
    ),
    Comparison("1,000 cold tasks: token requests", _ours("burst-1000", "tokens"), 1, 1),
    Comparison("1,000 cold tasks: failed", _ours("burst-1000", "failed"), 1, 0),
    Comparison("10,000 cold tasks / 1,000", _ours("burst-10000"), _ours("burst-1000"), 11),
    Comparison("10,000 cold tasks: token requests", _ours("burst-10000", "tokens"), 1, 1),
    Comparison("10,000 cold tasks: failed", _ours("burst-10000", "failed"), 1, 0),
    Comparison(
        "10,000 cold tasks: file descriptors, 6 s and a call later",
        _ours("burst-10000", "descriptors later"),
        1,
        2,
    ),
    Comparison(
        "64 cold threads / httpx", _ours("burst-threads"), Quantity("burst-threads", "httpx")
    ),
    Comparison(
        "`persium me` / two curls",
        Quantity("command", "persium me"),
        Quantity("command", "two curls"),
        2.2,
    ),
    Comparison(
        "`persium me` / httpx script",
        Quantity("command", "persium me"),
        Quantity("command", "httpx script"),
        1.15,
    ),
    Comparison(
        "`import persium_ext` / `import attrs`",
        Quantity("import", "import persium_ext"),
        Quantity("import", "import attrs"),
        1.3,
    ),
    Comparison(
        "first client / `import httpx`",
        Quantity("import", "first client"),
        Quantity("import", "import httpx"),
        1.25,
    ),
    Comparison(
        "first client / first client of httpx",
        Quantity("import", "first client"),
        Quantity("import", "first client of httpx"),
    ),
    Comparison("further client, KiB", _ours("further-client", "bytes"), KIB, 10),
    Comparison(
        "1,000 clients / 1 client", Quantity("clients", "1000"), Quantity("clients", "1"), 1.2
    ),
    *(
        Comparison(
            f"list of {size} / from_dict",
            _ours(f"list-{size}"),
            Quantity(f"list-{size}", "from_dict"),
            1.2 if size == "10MB" else None,
        )
        for size in SIZES
    ),
    Comparison(
        "after 6 s without a call / warm", _ours("idle"), _ours("idle", "seconds warm"), 1.3
    ),
)
