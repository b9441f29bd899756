"""Which version a document has to have after a change (semantic versioning)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from spec import SpecError

_VERSION: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
Version = tuple[int, int, int]


class Level(IntEnum):
    """How a change affects clients, by the levels of oasdiff."""

    COMPATIBLE = 1
    MAY_BREAK = 2
    BREAKS = 3


def parse_version(text: object) -> Version:
    """Read ``info.version``.

    Raises:
        SpecError: It is not three numbers.
    """
    found = _VERSION.fullmatch(str(text))
    if found is None:
        raise SpecError(f"info.version is {text!r}: write MAJOR.MINOR.PATCH, such as 1.0.0")
    return int(found[1]), int(found[2]), int(found[3])


def next_version(before: Version, levels: Iterable[Level]) -> tuple[str, Version]:
    """Return which part of the version *before* rises after a change, and the version it gives.

    No *levels* at all: only texts have changed, such as descriptions and examples.
    """
    major, minor, patch = before
    match max(levels, default=None):
        case None:
            return "patch", (major, minor, patch + 1)
        case Level.BREAKS:
            return "major", (major + 1, 0, 0)
        case _:
            return "minor", (major, minor + 1, 0)
