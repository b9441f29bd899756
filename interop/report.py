"""The results of the targets, as a table and as an exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from attrs import field, frozen

from interop.target import Target

PASSED: Final = "passed"
FAILED: Final = "failed"
NOT_RUN: Final = "not run"
STEPS: Final = ("install", "generate", "build", "call")

State = Literal["passed", "failed", "not run"]


@frozen
class Result:
    """The result of one target.

    Attributes:
        detail: The error, or the number of calls.
        seconds: Duration of each step; 0 if there was nothing to install.
    """

    target: Target
    state: State
    detail: str = field(kw_only=True)
    seconds: Mapping[str, float] = field(factory=dict[str, float], kw_only=True)


def table(results: Sequence[Result]) -> str:
    """Return a table with one line for each target, and the seconds of each step."""
    rows = [("target", *(f"{step} s" for step in STEPS), "result"), *map(_row, results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(f"{_line(row, widths)}\n" for row in rows)


def closing_line(results: Sequence[Result]) -> str:
    """Return the totals, in the format of test runners."""
    counts = {state: sum(r.state == state for r in results) for state in (PASSED, FAILED, NOT_RUN)}
    skipped = f", {counts[NOT_RUN]} skipped" if counts[NOT_RUN] else ""
    return f"{counts[PASSED]} passed, {counts[FAILED]} failed{skipped}"


def exit_code(results: Sequence[Result], *, complete: bool) -> int:
    """Return 1 if a target failed or, if all must run (*complete*), did not run."""
    bad = {FAILED, NOT_RUN} if complete else {FAILED}
    return 1 if not results or any(result.state in bad for result in results) else 0


def _row(result: Result) -> tuple[str, ...]:
    seconds = (f"{result.seconds[step]:.1f}" if step in result.seconds else "-" for step in STEPS)
    detail = result.detail.partition("\n")[0] if result.state != FAILED else "see above"
    return (result.target.name, *seconds, f"{result.state}: {detail}")


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers, last = row
    middle = (f"{cell:>{width}}" for cell, width in zip(numbers, widths[1:-1], strict=True))
    return "  ".join((first.ljust(widths[0]), *middle, last))
