"""Text of a server, made safe to print."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return *text* for a terminal or a log: one line of at most 300 characters.

    Control characters and those that change the direction of writing become spaces.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text[:1_000]).split())[:300]
