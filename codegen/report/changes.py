"""What changed for users between two documents, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.report.surface import surface

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codegen.read.document import Document


def changes(old: Document, new: Document) -> list[str]:
    """Return a line for each operation and model that is new, changed or removed, in this order."""
    before, after = surface(old), surface(new)
    both = {owner: after[owner] for owner in after if owner in before}
    return [
        *(f"New: {owner}." for owner in after if owner not in before),
        *(
            f"{owner}: {', '.join(found)}."
            for owner, facts in both.items()
            if (found := list(_differences(before[owner], facts)))
        ),
        *(f"Removed: {owner}." for owner in before if owner not in after),
    ]


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for fact, detail in after.items():
        if fact not in before:
            yield f"new {fact} ({detail})" if detail else f"new {fact}"
    for fact, detail in after.items():
        if fact in before and before[fact] != detail:
            yield f"{fact} is {detail} (was {before[fact]})"
    yield from (f"removed {fact}" for fact in before if fact not in after)
