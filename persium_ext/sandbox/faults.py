"""The faults that are in force, and which of them strikes."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Final, Self

from .fault_spec import FaultKind, Stage
from .messages import Delivery, Meeting, Reply, Request
from .responders import Answered

TOKEN: Final = "token"  # noqa: S105  # the name of an endpoint
API: Final = "api"
"""Where a fault strikes, if not at one operation."""


def place_of(
    row: FaultKind,
    at: str | None,
    *,
    operations: Collection[str],
    token_operation: str,
    shared: bool,
) -> str | None:
    """Return where a fault strikes: an endpoint, an operation, or None: everywhere.

    Raises:
        LookupError: There is nothing that *at* means.
        ValueError: This fault can't strike there.
    """
    place = TOKEN if at == token_operation else at
    if place not in {None, TOKEN, API, *operations} and " " not in str(place):
        known = ", ".join([TOKEN, API, *sorted(operations)])
        raise LookupError(f"no operation {at!r}; there are {known}")
    if row.token_only and place not in {None, TOKEN}:
        raise ValueError(f"{row.name} is for the token endpoint only")
    if row.stage is not Stage.REQUEST and place not in {None, TOKEN, API}:
        raise ValueError(f"{row.name} strikes before there is a request: at has to be token or api")
    if row.stage is not Stage.REQUEST and place is not None and shared:
        raise ValueError(f"{row.name} strikes a port, and both endpoints have one: give token_port")
    return TOKEN if row.token_only else place


class Fault:
    """A fault in force; as a context manager it ends with the block.

    Attributes:
        kind: Its name.
        at: ``"token"``, ``"api"``, an operation, or None: everywhere.
        count: How often it has struck so far; refused connections are not seen, so not counted.
        cleared: Whether somebody has ended it.
    """

    def __init__(
        self,
        row: FaultKind,
        *,
        at: str | None,
        times: int | None,
        parameters: Mapping[str, object],
        changed: Callable[[], None],
    ) -> None:
        self.kind = row.name
        self.at = at
        self.count = 0
        self._row = row
        self._times = times
        self._act = partial(row.act, **parameters)
        self._changed = changed
        self.cleared = False

    @property
    def active(self) -> bool:
        """Whether it may still strike."""
        return not self.cleared and (self._times is None or self.count < self._times)

    @property
    def seconds(self) -> float:
        """How long it keeps a port closed."""
        lasts: float = self._act.keywords.get("seconds", math.inf)
        return lasts if self._row.stage is Stage.PORT else math.inf

    def fits(self, stage: Stage, places: Collection[str]) -> bool:
        """Whether it belongs to that stage and to one of those *places*."""
        return self._row.stage is stage and (self.at is None or self.at in places)

    def clear(self) -> None:
        """End it; what has begun goes on to its end."""
        self.cleared = True
        self._changed()

    def meet(self) -> Meeting:
        """What to do with a connection."""
        return self._act

    def strike(self, request: Request, reply: Reply) -> Reply:
        """Spoil a good *reply*."""
        if self._row.distorts:
            changed: Reply = self._act(Answered(request, reply))
            return changed
        delivery: Delivery = self._act
        return replace(reply, delivery=delivery)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()

    def __repr__(self) -> str:
        return f"<Fault {self.kind} at {self.at or 'both endpoints'}, struck {self.count} times>"


class Faults:
    """All faults of a sandbox; of several that fit, the first one strikes."""

    def __init__(self) -> None:
        self._known: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Put one in force."""
        with self._lock:
            self._known = [known for known in self._known if not known.cleared]
            self._known.append(fault)

    def clear(self) -> None:
        """End all."""
        with self._lock:
            for fault in self._known:
                fault.cleared = True

    def strike(self, stage: Stage, *places: str) -> Fault | None:
        """Return the fault that strikes at one of *places* now, and count it; None: all is well."""
        with self._lock:
            for fault in self._known:
                if fault.active and fault.fits(stage, places):
                    fault.count += 1
                    return fault
            return None

    def hold(self, stage: Stage, *places: str) -> bool:
        """Whether there is one at one of *places* that was not cleared; nothing is counted."""
        with self._lock:
            return any(fault.fits(stage, places) for fault in self._known if not fault.cleared)
