"""Idle connections of one client to one server: the one used last is taken first.

So few connections serve a steady load, and those of a burst grow old, and are closed by a later
call: no background task is needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Final, Generic, Protocol, TypeVar

LONGEST_IDLE: Final = 55.0
"""Seconds; the next shorter limit of servers and load balancers that is common is 60."""
SURPLUS_IDLE: Final = 5.0
"""Seconds, for those that the next calls at once leave over."""
FRESH: Final = 4.0
"""Seconds during which a request that may not be sent twice uses an idle connection.

Some servers close theirs after 5, and such a request is lost if both happen at once. A server
that has closed the connection is noticed by httpcore, and other requests can be repeated.
"""
_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Connection(Protocol):
    """A connection.

    Attributes:
        since: When it was last used, on the monotonic clock.
    """

    since: float


C = TypeVar("C", bound=Connection)


class IdleConnections(Generic[C]):
    """A stack of connections; threads share it without a lock, as its deque allows."""

    __slots__ = ("_keep", "_stack")

    def __init__(self, *, keep: bool = True) -> None:
        self._keep = keep
        self._stack: deque[C] = deque()

    def take(self, method: str) -> C | None:
        """Return the connection that was used last, for a request with *method*.

        None: there is none that is young enough.
        """
        try:
            connection = self._stack.pop()
        except IndexError:
            return None
        oldest = LONGEST_IDLE if method in _REPEATABLE else FRESH
        if monotonic() - connection.since <= oldest:
            return connection
        self._stack.append(connection)
        return None

    def give(self, connection: C) -> bool:
        """Keep *connection*, whose response was read to its end; False: it has to be closed."""
        connection.since = monotonic()
        if self._keep:
            self._stack.append(connection)
        return self._keep

    def surplus(self) -> Iterator[C]:
        """Remove the connections that were idle for too long, and yield them to be closed."""
        try:
            while self._is_surplus(self._stack[0]):
                yield self._stack.popleft()
        except IndexError:
            return

    def _is_surplus(self, connection: C) -> bool:
        return not self._keep or monotonic() - connection.since > SURPLUS_IDLE

    def close(self) -> Iterator[C]:
        """Remove and yield all connections, to be closed; from now on none is kept."""
        self._keep = False
        return self.surplus()
