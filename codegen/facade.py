"""Names of the facade that clash with each other or with models."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from codegen.names import namespace_class
from codegen.responses import ERRORS, status_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.method import Method

_PREFIXES: Final = ("", "Async")
_ENDS: Final = ("", "WithResponse")


def complaints(namespaces: dict[str, list[Method]], classes: set[str]) -> Iterator[str]:
    """Yield the names that are used twice; *classes* are those of models and enums."""
    for tag, methods in namespaces.items():
        paged = [method for method in methods if method.paging]
        iterators = [f"{m.iterator}{end}" for m in paged for end in ("", "_pages")]
        taken = Counter([*iterators, *(method.name for method in methods)])
        for name in [name for name in iterators if taken[name] > 1]:
            yield f"tag {tag}: {name} iterates over pages: rename the other operation of that name"
        for method in [each for each in paged if each.paging and not each.paging.fits]:
            yield f"{method.source.where}: cursor and next_cursor differ in type: make them alike"
        name = namespace_class(tag)
        names = [f"{prefix}{name}{end}" for prefix in _PREFIXES for end in _ENDS]
        for name in sorted({*names, *(method.constant for method in methods)} & classes):
            yield f"schema {name}: {tag} has its own {name}: rename the schema"
    errors = status_errors(r for group in namespaces.values() for m in group for r in m.errors)
    for name in sorted({*ERRORS, *(error.name for error in errors.values())} & classes):
        yield f"schema {name}: the error class of that name would hide it: rename the schema"
