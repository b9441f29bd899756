"""The error of a document that cannot be generated from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class DocumentError(Exception):
    """Nothing was written; each of ``complaints`` names a place and how to fix it."""

    def __init__(self, complaints: Iterable[str]) -> None:
        self.complaints = tuple(dict.fromkeys(complaints))
        super().__init__("\n".join(self.complaints))
