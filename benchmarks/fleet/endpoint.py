"""A token endpoint in a simulation: a queue, a capacity, and an outage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

LATENCY: Final = 0.02
"""Seconds on the network, and of a request that waits for nobody."""
TIMEOUT: Final = 10.0
"""Seconds that a client waits for a response: the default ``timeout``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """When the client knows the result of a request, and whether that is a token.

    Attributes:
        at: Second of the simulation.
        granted: Whether there is a token; else the connection was refused, or nothing came in time.
        timed_out: Whether nothing came in time.
    """

    at: float
    granted: bool
    timed_out: bool = False


@dataclass
class Endpoint:
    """Serves requests in their order; between *down_from* and *down_to* it refuses connections.

    Attributes:
        capacity: Token requests a second.
        served: Requests in each second that got as far as the queue.
        refused: Requests in each second that were refused.
    """

    capacity: float
    down_from: float = 0.0
    down_to: float = 0.0
    served: Counter[int] = field(default_factory=Counter[int])
    refused: Counter[int] = field(default_factory=Counter[int])
    _free_at: float = 0.0

    def answer(self, at: float, *, timeout: float) -> Answer:
        """Take a request at second *at*; its client waits *timeout* seconds."""
        if self.down_from <= at < self.down_to:
            self.refused[int(at)] += 1
            return Answer(at + LATENCY, granted=False)
        self.served[int(at)] += 1
        self._free_at = max(self._free_at, at) + 1 / self.capacity
        if self._free_at + LATENCY - at > timeout:  # it is served all the same, for nobody
            return Answer(at + timeout, granted=False, timed_out=True)
        return Answer(self._free_at + LATENCY, granted=True)
