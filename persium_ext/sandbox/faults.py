"""The faults in force, and which of them applies."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from .fault_spec import API, TOKEN, FaultSpec, Stage
from .messages import Request, Response


def place_of(
    spec: FaultSpec, at: str | None, *, operations: Collection[str], shared: bool
) -> str | None:
    """Return where a fault applies: an endpoint, an operation, or None: everywhere.

    Raises:
        LookupError: *at* is neither an endpoint nor an operation.
        ValueError: This fault is impossible there.
    """
    if at not in {None, TOKEN, API, *operations} and " " not in str(at):
        known = ", ".join([TOKEN, API, *sorted(operations)])
        raise LookupError(f"no operation {at!r}; there are {known}")
    if spec.only is not None and at is not None and (at == TOKEN) is not (spec.only == TOKEN):
        raise ValueError(f"{spec.name}: at has to be {spec.only}")
    if spec.stage is Stage.PORT and at not in {None, TOKEN, API}:
        raise ValueError(
            f"{spec.name} applies before there is a request: at has to be token or api"
        )
    if spec.stage is Stage.PORT and at is not None and shared:
        raise ValueError(f"{spec.name} closes a port, and the endpoints share one: give token_port")
    return at or spec.only


class Fault(AbstractContextManager["Fault"]):
    """A fault in force; as a context manager it ends with the block.

    Attributes:
        kind: Its name.
        at: ``"token"``, ``"api"``, an operation, or None: everywhere.
        count: How many requests it has been applied to; refused connections are not counted.
        cleared: Whether it was ended.
        closes_port: Whether it keeps a port closed.
    """

    def __init__(
        self,
        spec: FaultSpec,
        *,
        at: str | None,
        times: int | None,
        parameters: Mapping[str, object],
        changed: Callable[[], None],
    ) -> None:
        self.kind = spec.name
        self.at = at
        self.count = 0
        self.cleared = False
        self.closes_port = spec.stage is Stage.PORT
        self._sends = spec.stage is Stage.CONNECTION
        self._times = times
        self._act = partial(spec.act, **parameters)
        self._changed = changed

    @property
    def active(self) -> bool:
        """Whether it may still be applied."""
        return not self.cleared and (self._times is None or self.count < self._times)

    @property
    def port_seconds(self) -> float:
        """Seconds until it opens the port again, infinity if never."""
        return self._act.keywords.get("seconds", math.inf) if self.closes_port else math.inf

    def applies_at(self, places: Collection[str]) -> bool:
        """Tell whether it may be applied now, at one of *places*."""
        return self.active and (self.at is None or self.at in places)

    def clear(self) -> None:
        """End it; what has begun goes on to its end."""
        self.cleared = True
        self._changed()

    def apply(self, request: Request, response: Response) -> Response:
        """Return the response that is sent in place of *response*."""
        if self._sends:
            return replace(response, fault=self._act)
        changed: Response = self._act(request, response)
        return changed

    def __exit__(self, *_: object) -> None:
        self.clear()

    def __repr__(self) -> str:
        return f"<Fault {self.kind} at {self.at or 'both endpoints'}, applied {self.count} times>"


class Faults:
    """All faults of a sandbox; of several that concern a request, the first one is applied."""

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

    def next(self, *places: str) -> Fault | None:
        """Return the fault to apply to a request at one of *places*, and count it."""
        with self._lock:
            for fault in self._known:
                if not fault.closes_port and fault.applies_at(places):
                    fault.count += 1
                    return fault
            return None

    def close_port(self, *places: str) -> bool:
        """Whether the port of *places* has to be closed."""
        with self._lock:
            return any(fault.closes_port and fault.applies_at(places) for fault in self._known)
