"""What is known of mutants that no test kills: `accepted.txt`, with reasons."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("accepted.txt")


def accepted(text: str) -> set[str]:
    """The names of the mutants that are listed in *text*, each group below its reason.

    Raises:
        ValueError: A name has no reason above it, or comes twice.
    """
    found: set[str] = set()
    reason = False
    for line in text.splitlines():
        if line.startswith("#") or not line:
            reason = bool(line)
        elif not reason or line in found:
            raise ValueError(f"no reason, or twice: {line}")
        else:
            found.add(line)
    return found


def complaint(name: str, verdict: str | None, known: AbstractSet[str]) -> str | None:
    """What is wrong with a mutant's *verdict*, None for one that is not there; or nothing."""
    if verdict is None:
        return f"is not there, but listed: {name}"
    if verdict == "survived" and name not in known:
        return f"survives: {name}"
    if verdict == "killed" and name in known:
        return f"is killed, but listed: {name}"
    return None
