"""What a worker process measures: the parent sends a job, and gets figures back."""

from __future__ import annotations

import json
from typing import NamedTuple, Self

from .site import Site

Figures = dict[str, float]
"""The result of one round, by name: ``seconds`` of one unit of work, and what else is counted."""


class Job(NamedTuple):
    """One kind of work, who does it, where and how much of it.

    Attributes:
        work: The module in ``work`` that does it.
        contender: A peer, or a name that the module knows.
        site: Where the server is.
        calls: Calls in one round.
        workers: Threads, tasks or clients that share them.
    """

    work: str
    contender: str
    site: Site
    calls: int
    workers: int = 1

    def to_json(self) -> str:
        """Return the text from which ``from_json`` makes the same value."""
        return json.dumps(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote."""
        work, contender, site, calls, workers = json.loads(text)
        return cls(work, contender, Site(*site), calls, workers)
