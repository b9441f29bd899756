"""Every rule for a document, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen import _names, _shape, _wire
from codegen._refusal import Refused

if TYPE_CHECKING:
    from codegen._document import Document


def verify(document: Document) -> None:
    """Check shape first, then, all at once, what would lead to a wrong client.

    Raises:
        Refused: Names every place and how to mend it.
    """
    _shape.verify(document)
    complaints = [*_wire.complaints(document), *_names.complaints(document)]
    if complaints:
        raise Refused(complaints)
