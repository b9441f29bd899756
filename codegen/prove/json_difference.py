"""Compare JSON values; points in time are compared as such."""

from __future__ import annotations

import json
from typing import Any

from codegen.prove import styles
from codegen.prove.fit import instant
from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.read import wrong


def json_difference(want: Any, seen: Any, where: str = "") -> str | None:  # noqa: ANN401  # JSON
    """Return the first member of *seen* that differs; None: they are equal."""
    if is_object(want) and is_object(seen):
        for name in {**want, **seen}:
            place = f"{where}/{pointer(name)}"
            if name not in seen or name not in want:
                both = [repr(d[name]) if name in d else "nothing" for d in (want, seen)]
                return f"{place}: expected {both[0]}, seen {both[1]}"
            if problem := json_difference(want[name], seen[name], place):
                return problem
        return None
    if is_list(want) and is_list(seen) and len(want) == len(seen):
        pairs = enumerate(zip(want, seen, strict=True))
        found = (json_difference(a, b, f"{where}/{index}") for index, (a, b) in pairs)
        return next(filter(None, found), None)
    same = want == seen and isinstance(want, bool) == isinstance(seen, bool)
    if same or (instant(want) and instant(want) == instant(seen)):
        return None
    return wrong(where, repr(want), seen)


def as_json(value: object, text: str) -> str:
    """Return *text* in the notation of the proof, if it is the JSON of *value*."""
    return styles.json_text(value) if is_json_of(value, text) else text


def is_json_of(value: object, text: str) -> bool:
    """Return whether *text* is the JSON of *value*."""
    try:
        return json_difference(value, json.loads(text)) is None
    except ValueError:
        return False
