"""What is known of mutants that no test kills, or that never end: `accepted.txt`, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("accepted.txt")
_KINDS: Final = {"survives", "hangs"}


def accepted(text: str) -> dict[str, str]:
    """The kind of each mutant that is listed in *text*.

    Raises:
        ValueError: A line has no kind, or no reason above it, or comes twice.
    """
    found: dict[str, str] = {}
    reason = False
    for line in text.splitlines():
        if line.startswith("#") or not line:
            reason = bool(line)
            continue
        kind, _, name = line.partition(" ")
        if kind not in _KINDS or not reason or name in found:
            raise ValueError(f"no kind, no reason, or twice: {line}")
        found[name] = kind
    return found


def complaints(verdicts: Mapping[str, str], known: Mapping[str, str]) -> Iterable[str]:
    """What is wrong with *verdicts*: nothing, if all is as *known*."""
    for name, verdict in verdicts.items():
        kind = known.get(name)
        if verdict == "survived" and kind != "survives":
            yield f"survives {name}"
        elif verdict == "timeout" and kind != "hangs":
            yield f"hangs {name}"
        elif verdict != "survived" and kind == "survives":
            yield f"is killed, but listed: {name}"
    for name in known.keys() - verdicts.keys():
        yield f"is not there, but listed: {name}"
