"""JSON whose shape is not known: look before you take."""

from __future__ import annotations

import json
from typing import cast

JsonObject = dict[str, object]


def is_object(value: object) -> bool:
    """Tell whether *value* is a JSON object."""
    return isinstance(value, dict)


def as_object(value: object) -> JsonObject:
    """Return *value* if it is a JSON object, else an empty one."""
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return *value* if it is a JSON array, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def dump(value: object) -> bytes:
    """Write JSON, compact and in UTF-8.

    Raises:
        TypeError: *value* has no JSON form.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
