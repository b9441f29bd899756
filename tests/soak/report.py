"""The report of a soak, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .census import Census
from .tally import Tally
from .verdict import MEMORY, SLOPE, Sample, memory_slope


def lines(  # the keyword arguments explain themselves
    before: Census,
    after: Census,
    samples: Sequence[Sample],
    tally: Tally,
    server: Mapping[str, Any],
    *,
    allowed: int,
    wrong: Sequence[str],
) -> Iterator[str]:
    """Yield the lines of the report."""
    yield "\n## At rest\n"
    yield "| seconds | calls | RSS KiB | blocks | files | threads |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for sample in samples:
        yield _row(sample.seconds, sample.calls, sample.census)
    yield "\n| without clients | RSS KiB | blocks | files | threads |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, one in (("after the warm-up", before), ("at the end", after)):
        yield f"| {name} | {one.rss} | {one.blocks} | {one.files} | {one.threads} |"
    yield f"\nRSS: {after.rss - before.rss:+d} KiB in all (at most {MEMORY}), {_slope(samples)}."
    yield "\n## Calls\n\n| outcome | calls |\n| --- | ---: |"
    for outcome, count in tally.outcomes.most_common():
        yield f"| {outcome} | {count} |"
    yield f"\nThe slowest call took {tally.slowest:.1f} s."
    yield "\n## What went wrong on purpose\n\n| what | times |\n| --- | ---: |"
    for what, count in {**server["done"], **server["faults"]}.items():
        yield f"| {what} | {count} |"
    yield (
        f"\nToken requests: {server['token_requests']} (at most {allowed}) for"
        f" {server['api_requests']} requests of the API."
    )
    yield "\n## Verdict\n"
    yield from [f"- {complaint}" for complaint in wrong] or [
        "Nothing leaked, and every result was allowed."
    ]


def _slope(samples: Sequence[Sample]) -> str:
    rate = memory_slope(samples)
    if rate is None:
        return "too few minutes for a slope"
    return f"{rate:+.0f} KiB a minute over the second half (least squares; at most {SLOPE:.0f})"


def _row(seconds: float, calls: int, one: Census) -> str:
    held = f"{one.rss} | {one.blocks} | {one.files} | {one.threads}"
    return f"| {seconds:.0f} | {calls} | {held} |"
