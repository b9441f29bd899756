"""What codegen says when it will not generate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Refused(Exception):  # noqa: N818  # a verdict on the document, not a failure of ours
    """Nothing was written; ``complaints`` says, line by line, where and how to mend it."""

    def __init__(self, complaints: Iterable[str]) -> None:
        self.complaints = tuple(dict.fromkeys(complaints))
        super().__init__("\n".join(self.complaints))
