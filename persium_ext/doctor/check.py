"""A check and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from attrs import field, frozen

from persium_ext.errors import PersiumError


class State(Enum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@frozen(kw_only=True)
class Check:
    """The result of one check.

    Attributes:
        name: What was checked.
        state: How it ended.
        detail: What was found; of a check that was not tried, the reason.
        error: Of a failure: its text is the cause, its hint the fix, its page explains both.
    """

    name: str
    state: State
    detail: str = ""
    error: PersiumError | None = field(default=None)

    @property
    def fields(self) -> dict[str, Any]:
        """The result as JSON."""
        return {
            "name": self.name,
            "state": self.state.value,
            "detail": self.detail or None,
            "cause": self.error and str(self.error.args[0]),
            "fix": self.error and self.error.hint,
            "docs_url": self.error and self.error.docs_url,
        }


class NotTriedError(Exception):
    """A check makes no sense here; the text is the reason."""


Step = tuple[str, Callable[[], str]]
"""A name, and a function that returns what it found, or raises."""


def run(steps: Iterable[Step], *, until_failure: bool = True) -> Iterator[Check]:
    """Run *steps*, and yield their results; after a failure the others are not tried."""
    failed = None
    for name, step in steps:
        if failed and until_failure:
            yield Check(name=name, state=State.NOT_TRIED, detail=f"{failed} failed")
            continue
        try:
            yield Check(name=name, state=State.OK, detail=step())
        except NotTriedError as reason:
            yield Check(name=name, state=State.NOT_TRIED, detail=str(reason))
        except PersiumError as error:
            failed = name
            yield Check(name=name, state=State.FAILED, error=error)
