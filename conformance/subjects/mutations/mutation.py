"""The class of mutations, and the decorators that register them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A change to the reference that breaks a rule.

    Attributes:
        rule: The broken rule.
        fails: Ids of the scenarios of this rule that must fail.
        overlap: Ids of the scenarios of other rules that must fail too.
        because: The reason for the overlap.
        wide: Run all scenarios, not only those of the rule.
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
    """Register a function as a mutation, under its name."""

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


def replaces(owner: Any, name: str) -> Callable[[Callable[..., Any]], None]:
    """Replace ``owner.name`` by a function that gets the original as its first argument."""
    original = getattr(owner, name)

    def replace(function: Callable[..., Any]) -> None:
        @wraps(original)
        def changed(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)

        setattr(owner, name, changed)

    return replace
