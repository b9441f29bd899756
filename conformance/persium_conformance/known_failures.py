"""The list of known failures: a scenario's id and a reason on each line."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path


class UsageError(Exception):
    """A scenario does not exist, or the list of known failures is invalid."""


def read_known_failures(path: Path | None, ids: Collection[str]) -> dict[str, str]:
    """Return the reasons by scenario; blank lines and lines that start with ``#`` are ignored.

    Raises:
        UsageError: A line has no reason, or its scenario is unknown or was listed before.
    """
    if path is None:
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"can't read {path}: {error}") from error
    known: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = (part.strip() for part in line.partition(":"))
        if name not in ids or name in known or not reason:
            raise UsageError(f"{path}, line {number}: expected 'scenario-id: reason', each once")
        known[name] = reason
    return known
