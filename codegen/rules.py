"""All checks of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen import names, shape, unsupported
from codegen.errors import DocumentError

if TYPE_CHECKING:
    from codegen.document import Document


def verify(document: Document) -> None:
    """Check the shape of the document, then everything that would give a wrong client.

    Raises:
        DocumentError: Names every fault, its place and its fix.
    """
    shape.verify(document)
    complaints = [*unsupported.complaints(document), *names.complaints(document)]
    if complaints:
        raise DocumentError(complaints)
