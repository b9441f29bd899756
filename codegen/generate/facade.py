"""Names of the facade that clash with each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.generate.method import Method


def complaints(namespaces: dict[str, list[Method]]) -> Iterator[str]:
    """Yield the names that are used twice."""
    for tag, methods in namespaces.items():
        paged = [method for method in methods if method.paging]
        iterators = [f"{m.iterator}{end}" for m in paged for end in ("", "_pages")]
        taken = Counter([*iterators, *(method.name for method in methods)])
        for name in [name for name in iterators if taken[name] > 1]:
            yield f"tag {tag}: {name} iterates over pages: rename the other operation of that name"
        for method in [each for each in paged if each.paging and not each.paging.fits]:
            yield f"{method.source.where}: cursor and next_cursor differ in type: make them alike"
