"""The description of a kind of fault: what it does, its parameters and where it applies."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

TOKEN: Final = "token"  # noqa: S105  # the name of an endpoint
API: Final = "api"
"""The endpoints, as ``at`` names them."""


class Stage(Enum):
    """When a fault applies."""

    PORT = "before there is a connection"
    RESPONSE = "after a response was chosen"
    CONNECTION = "while the response is sent"


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One kind of fault.

    Attributes:
        act: For ``Stage.RESPONSE`` it takes a request and its response, and returns another; for
            ``CONNECTION`` it takes the ``Wire``, and sends. Its keyword-only arguments, of type
            float, int, str or object (any JSON), are the fault's parameters.
        stage: When it applies.
        only: The one endpoint where it is possible; None: either.
    """

    act: Callable[..., Any]
    stage: Stage
    only: str | None = None

    @property
    def name(self) -> str:
        """The name of the function, with hyphens: as in ``Sandbox.fault(name)``."""
        return self.act.__name__.replace("_", "-")

    @property
    def description(self) -> str:
        """What happens: the function's docstring."""
        return str(self.act.__doc__)

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """Its parameters by name, each with a type and a default."""
        found = inspect.signature(self.act, eval_str=True).parameters.values()
        return {each.name: each for each in found if each.kind is each.KEYWORD_ONLY}

    @property
    def shown_parameters(self) -> str:
        """The parameters and their defaults: ``status=429, retry_after=1``."""
        return ", ".join(f"{each.name}={each.default!r}" for each in self.parameters.values())

    @property
    def summary(self) -> str:
        """What happens, without marks, and in brackets the parameters."""
        parameters = f" [{self.shown_parameters}]" if self.parameters else ""
        return self.description.replace("`", "") + parameters

    def check(self, given: Mapping[str, object], *, times: int | None) -> None:
        """Check that *given* are parameters of this fault; no error text repeats a value.

        Raises:
            ValueError: A name is unknown, or a value is impossible.
        """
        if times is not None and (self.stage is Stage.PORT or times < 1):
            reason = "1 or more" if times < 1 else "left out: refused connections are not counted"
            raise ValueError(f"{self.name}: times has to be {reason}")
        for name, value in given.items():
            if name not in self.parameters:
                known = ", ".join([*self.parameters, "at", "times"])
                raise ValueError(f"{self.name} has no such parameter; there are {known}")
            expected = self.parameters[name].annotation
            if not _is_valid(value, expected):
                raise ValueError(f"{self.name}: {name} has to be {_DESCRIPTIONS[expected]}")

    def place(self, at: str | None, operations: Collection[str]) -> str | None:
        """Return where it applies: an endpoint, an operation, or None: everywhere.

        Raises:
            LookupError: *at* is neither an endpoint nor one of *operations*.
            ValueError: This fault is impossible there.
        """
        if at not in {None, TOKEN, API, *operations} and " " not in str(at):
            known = ", ".join([TOKEN, API, *sorted(operations)])
            raise LookupError(f"no operation {at!r}; there are {known}")
        if self.only is not None and at is not None and (at == TOKEN) is not (self.only == TOKEN):
            raise ValueError(f"{self.name}: at has to be {self.only}")
        if self.stage is Stage.PORT and at not in {None, TOKEN, API}:
            reason = "applies before there is a request: at has to be token or api"
            raise ValueError(f"{self.name} {reason}")
        return at or self.only


_DESCRIPTIONS: Final = {
    float: "a number",
    int: "a whole number, 0 or more",
    str: "text",
    object: "a value that JSON can represent",
}


def _is_valid(value: object, expected: type) -> bool:
    if expected is object:
        with suppress(TypeError, ValueError):
            json.dumps(value)
            return True
        return False
    if expected is str:
        return isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return False
    return expected is float or (isinstance(value, int) and value >= 0)
