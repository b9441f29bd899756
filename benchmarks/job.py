"""What a worker process measures: it gets a job, and returns figures."""

from __future__ import annotations

import json
from typing import NamedTuple, Self

from .site import Site

Figures = dict[str, float]
"""The result of one round, by name: ``seconds`` of one unit of work, and what else is counted."""


class Load(NamedTuple):
    """How much is to be done in one round.

    Attributes:
        calls: Calls.
        workers: Threads, tasks or clients that share them.
        idle: Seconds without a call, for work that has some.
        size: Name of the list in the response, for work that gets one.
    """

    calls: int = 1
    workers: int = 1
    idle: float = 0
    size: str = ""


class Job(NamedTuple):
    """One kind of work, who does it, where and how much of it.

    Attributes:
        work: The module in ``work`` that does it.
        contender: A peer, or a name that the module knows.
        site: Where the server is.
        load: How much is to be done in one round.
    """

    work: str
    contender: str
    site: Site
    load: Load

    def to_json(self) -> str:
        """Return the text from which ``from_json`` makes the same value."""
        return json.dumps(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote."""
        work, contender, site, load = json.loads(text)
        return cls(work, contender, Site(*site), Load(*load))
