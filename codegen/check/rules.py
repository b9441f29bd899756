"""All checks of a document, made together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.check import completeness, shape, unsupported
from codegen.errors import DocumentError
from codegen.naming import member_names, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codegen.read.document import Document

_CHECKS = (unsupported.complaints, names.complaints, member_names.complaints)


def verify(document: Document, *, complete: bool = False) -> None:
    """Check the shape of the document, and everything that would give a wrong client.

    *complete* demands what its readers need, too.

    Raises:
        DocumentError: Names every fault, its place and its fix.
    """
    checks = (*_CHECKS, completeness.complaints) if complete else _CHECKS
    found = [*shape.complaints(document)]
    if found:  # what can be looked at is looked at all the same
        found += [words for check in checks for words in _as_far_as_it_goes(check, document)]
    else:
        found += [words for check in checks for words in check(document)]
    if found:
        raise DocumentError(found)


def _as_far_as_it_goes(
    check: Callable[[Document], Iterator[str]], document: Document
) -> Iterator[str]:
    try:
        yield from check(document)
    except (AttributeError, LookupError, RecursionError, TypeError):
        return  # the shape is at fault, which has been said
