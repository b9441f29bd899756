"""What can be said of one kind of fault: its parameters, and when it strikes."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from . import handshake, responders


class Stage(Enum):
    """When a fault strikes."""

    PORT = "before there is a connection"
    CONNECTION = "before there is a request"
    REQUEST = "after a request"


def refuse(*, seconds: float = math.inf) -> None:
    """For its parameters only: the port is the sandbox's to close."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One row of the table.

    Attributes:
        name: What people type.
        what: What happens, in a sentence.
        act: What does it; its keyword-only arguments are the fault's parameters.
        token_only: Whether it makes sense at the token endpoint only.
    """

    name: str
    what: str
    act: Callable[..., Any]
    token_only: bool = False

    @property
    def stage(self) -> Stage:
        """When it strikes."""
        if self.act is refuse:
            return Stage.PORT
        return Stage.CONNECTION if self.act.__module__ == handshake.__name__ else Stage.REQUEST

    @property
    def distorts(self) -> bool:
        """Whether it makes another answer; else it is a way to send one."""
        return self.act.__module__ == responders.__name__

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """Its parameters by name, each with a type and a default."""
        found = inspect.signature(self.act, eval_str=True).parameters.values()
        return {each.name: each for each in found if each.kind is each.KEYWORD_ONLY}

    @property
    def shown_parameters(self) -> str:
        """They and their defaults, as people write them."""
        return ", ".join(f"{each.name}={each.default!r}" for each in self.parameters.values())

    def check(self, given: Mapping[str, object], *, times: int | None) -> None:
        """Look whether *given* are parameters of this fault.

        Raises:
            ValueError: One is not, or has a value that can't be; no value is repeated.
        """
        if times is not None and (self.stage is Stage.PORT or times < 1):
            reason = "1 or more" if times < 1 else "left out: nobody sees who is refused"
            raise ValueError(f"{self.name}: times has to be {reason}")
        for name, value in given.items():
            if name not in self.parameters:
                known = ", ".join([*self.parameters, "at", "times"])
                raise ValueError(f"{self.name} has no such parameter; there are {known}")
            wanted = self.parameters[name].annotation
            if not _fits(value, wanted):
                raise ValueError(f"{self.name}: {name} has to be {_WORDS[wanted]}")

    def read(self, name: str, text: str) -> object:
        """Read the parameter *name* from a command line.

        Raises:
            ValueError: *text* is not of its type.
        """
        wanted = self.parameters[name].annotation if name in self.parameters else str
        if wanted is not object:
            try:
                return wanted(text)
            except ValueError:
                raise ValueError(f"{self.name}: {name} has to be {_WORDS[wanted]}") from None
        with suppress(ValueError):
            return json.loads(text)
        return text


_WORDS: Final = {
    float: "a number",
    int: "a whole number, 0 or more",
    str: "text",
    object: "something that has a JSON form",
}


def _fits(value: object, wanted: type) -> bool:
    if wanted is object:
        try:
            json.dumps(value)
        except (TypeError, ValueError):
            return False
        return True
    if wanted is str:
        return isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return False
    return wanted is float or (isinstance(value, int) and value >= 0)
