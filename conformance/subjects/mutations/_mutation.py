"""What a mutation is, and how it replaces a part of the reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A change to the reference that breaks a rule.

    Attributes:
        rule: The one that it breaks.
        fails: Ids of the scenarios that see it.
        overlap: Ids of scenarios about other rules that see it too.
        because: Why there is an overlap.
        wide: It is judged by all scenarios, not by those of its rule alone.
        apply: Makes the change.
    """

    name: str
    rule: str
    fails: frozenset[str]
    overlap: frozenset[str]
    because: str
    wide: bool
    apply: Callable[[], None]


MUTATIONS: dict[str, Mutation] = {}
Change = Callable[[], None]


def breaks(
    rule: str, *fails: str, overlap: tuple[str, ...] = (), because: str = "", wide: bool = False
) -> Callable[[Change], Change]:
    """Register a mutation under its function's name."""

    def register(change: Change) -> Change:
        name = change.__name__.replace("_", "-")
        assert bool(overlap) == bool(because), name
        MUTATIONS[name] = Mutation(
            name=name,
            rule=rule,
            fails=frozenset(fails),
            overlap=frozenset(overlap),
            because=because,
            wide=wide,
            apply=change,
        )
        return change

    return register


def instead(owner: Any, name: str) -> Callable[[Callable[..., Any]], None]:
    """Put a function in the place of ``owner.name``; it gets the original first."""
    original = getattr(owner, name)

    def put(function: Callable[..., Any]) -> None:
        @wraps(original)
        def changed(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)

        setattr(owner, name, changed)

    return put
