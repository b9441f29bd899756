"""What is known of mutants that no test kills: `accepted.txt`, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def complaints(verdicts: Mapping[str, str], known: AbstractSet[str]) -> Iterable[str]:
    """What is wrong with *verdicts*: nothing, if all is as *known*."""
    for name, verdict in verdicts.items():
        if verdict == "survived" and name not in known:
            yield f"survives: {name}"
        elif verdict == "killed" and name in known:
            yield f"is killed, but listed: {name}"
    for name in known - verdicts.keys():
        yield f"is not there, but listed: {name}"
