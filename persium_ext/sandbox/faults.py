"""The faults in force, and which of them applies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .fault_spec import FaultSpec, Stage
from .messages import Request, Response


@dataclass(eq=False, kw_only=True)
class Fault(AbstractContextManager["Fault"]):
    """A fault in force; as a context manager it ends with the block.

    Attributes:
        spec: Its kind.
        at: ``"token"``, ``"api"``, an operation, or None: everywhere.
        times: How many requests it may be applied to; None: any number.
        parameters: Those of its kind.
        changed: Is called when it ends.
        count: How many requests it has been applied to; refused connections are not counted.
        cleared: Whether it was ended.
    """

    spec: FaultSpec
    at: str | None
    times: int | None
    parameters: Mapping[str, Any]
    changed: Callable[[], None]
    count: int = 0
    cleared: bool = False

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.spec.name

    @property
    def active(self) -> bool:
        """Whether it may still be applied."""
        return not self.cleared and (self.times is None or self.count < self.times)

    @property
    def closes_port(self) -> bool:
        """Whether it keeps a port closed."""
        return self.spec.stage is Stage.PORT

    def applies_at(self, places: Collection[str]) -> bool:
        """Tell whether it may be applied now, at one of *places*."""
        return self.active and (self.at is None or self.at in places)

    def clear(self) -> None:
        """End it; what has begun goes on to its end."""
        self.cleared = True
        self.changed()

    def apply(self, request: Request, response: Response) -> Response:
        """Return the response that is sent in place of *response*."""
        if self.spec.stage is Stage.CONNECTION:
            return replace(response, fault=partial(self.spec.act, **self.parameters))
        changed: Response = self.spec.act(request, response, **self.parameters)
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
            self._known = [*(known for known in self._known if not known.cleared), fault]

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
