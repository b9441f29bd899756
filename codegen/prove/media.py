"""Media types, read without the package under proof, and without the generator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_TEXTS: Final = frozenset(
    {"csv", "javascript", "jsonl", "sql", "x-ndjson", "x-yaml", "xml", "yaml"}
)


def chosen(content: Iterable[str]) -> str:
    """Return the media type that a client uses of several; empty: there is none.

    ``application/json`` comes first, then other JSON, by name before a range; else the first.
    """
    names = [name for name in content if is_json(name)]
    return min(names, key=_rank) if names else next(iter(content), "")


def _rank(name: str) -> tuple[bool, bool]:
    return "*" in name, base(name).endswith("+json")


def base(media: str) -> str:
    """Return a media type in lower case, without its parameters."""
    return media.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Return whether the content of a media type is JSON, or can be."""
    names = {"application/json", "text/json", "*/*", "application/*"}
    return base(media) in names or base(media).endswith("+json")


def has_members(media: str) -> bool:
    """Return whether the content of a media type is a form."""
    return base(media) in {"application/x-www-form-urlencoded", "multipart/form-data"}


def is_text(media: str) -> bool:
    """Return whether the content of a media type is text, if its schema says so."""
    kind, _, subtype = base(media).partition("/")
    return kind == "text" or subtype.rpartition("+")[2] in _TEXTS


def accept_problem(names: Iterable[str], accept: str) -> str | None:
    """Return how *accept* is not for each of the media types *names* evenly.

    JSON is due where none has a name; a range has none.
    """
    due = [name for name in names if name and "*" not in name] or ["application/json"]
    weights = {_weight(base(name), accept) for name in due}
    if len(weights) == 1 and 0 not in weights:
        return None
    listed = ", ".join(dict.fromkeys(due))
    return f"header Accept: expected {listed} evenly, seen {accept}"


def _weight(media: str, accept: str) -> float:
    found = (-1, 0.0)
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
    for entry in accept.split(","):
        name, *rest = (word.strip().lower() for word in entry.split(";"))
        weight = next((float(word[2:]) for word in rest if word.startswith("q=")), 1.0)
        if name in ranges:
            found = max(found, (2 - ranges.index(name), weight))
    return found[1]
