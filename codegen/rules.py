"""Every rule for a document, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen import names, shape, unsupported
from codegen.errors import DocumentError

if TYPE_CHECKING:
    from codegen.document import Document


def verify(document: Document) -> None:
    """Check shape first, then, all at once, what would lead to a wrong client.

    Raises:
        DocumentError: Names every place and how to mend it.
    """
    shape.verify(document)
    complaints = [*unsupported.complaints(document), *names.complaints(document)]
    if complaints:
        raise DocumentError(complaints)
