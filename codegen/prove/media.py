"""Media types, read without the package under proof."""

from __future__ import annotations


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


def accept_problem(content: list[list[str]], accept: str) -> str | None:
    """Return how *accept* is not for each of the media types of *content* evenly.

    Of several that one status has, one is enough; JSON is due where no status has any.
    """
    concrete = [[name for name in names if "*" not in name] for names in content]
    due = [names for names in concrete if names] or [["application/json"]]
    weights = {max(_weight(base(name), accept) for name in names) for names in due}
    if len(weights) == 1 and 0 not in weights:
        return None
    listed = ", ".join(dict.fromkeys(name for names in due for name in names))
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
