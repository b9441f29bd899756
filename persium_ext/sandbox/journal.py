"""What the sandbox was asked, without what must stay secret."""

from __future__ import annotations

import threading
from collections import Counter, deque
from typing import NamedTuple

from .messages import Request


class Exchange(NamedTuple):
    """A request that was answered; no query, headers or body, for they may hold secrets."""

    method: str
    path: str
    status: int


class Journal:
    """Counts and exchanges; of very many exchanges, the oldest are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: deque[Exchange] = deque(maxlen=10_000)
        self._operations: Counter[str] = Counter()
        self.token_requests = 0
        self.api_requests = 0

    def arrived(self, operation: str, *, is_token_request: bool) -> None:
        """Count a request, before anything is decided about it."""
        with self._lock:
            self._operations[operation] += 1
            self.token_requests += is_token_request
            self.api_requests += not is_token_request

    def answered(self, request: Request, status: int) -> None:
        """Note how a request was answered."""
        with self._lock:
            self._exchanges.append(Exchange(request.method, request.path, status))

    @property
    def exchanges(self) -> list[Exchange]:
        """What was answered so far, oldest first."""
        with self._lock:
            return list(self._exchanges)

    @property
    def operations(self) -> Counter[str]:
        """How often each operation was asked for."""
        with self._lock:
            return Counter(self._operations)
