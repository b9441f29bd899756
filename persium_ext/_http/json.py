"""Strict JSON (RFC 8259): what is not JSON is an error, never a guess; no I/O."""

from __future__ import annotations

import json
import math
from typing import Any, Final, cast


class DuplicateMemberError(ValueError):
    """A JSON object has a member twice (RFC 8259, section 4, leaves its meaning open)."""


def read_json(content: bytes) -> Any:  # noqa: ANN401  # JSON has no narrower type
    """Read *content*; a byte order mark is ignored (RFC 8259, section 8.1).

    Raises:
        ValueError: It is not UTF-8, not JSON, nested too deep, or has a number that no float holds.
    """
    return _decoded(_DECODER, content)


def _decoded(decoder: json.JSONDecoder, content: bytes) -> Any:  # noqa: ANN401
    try:
        return decoder.decode(content.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def read_json_object(content: bytes) -> dict[str, object]:
    """Read a JSON object whose members are unique.

    Raises:
        ValueError: *content* is something else; DuplicateMemberError for a repeated member.
    """
    body = _decoded(_UNIQUE_DECODER, content)
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # a wrong value, not a wrong type
    return cast("dict[str, object]", body)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a repeated member: readers differ in which of the two they use."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DuplicateMemberError("a member is repeated")
    return found


_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant)
_UNIQUE_DECODER: Final = json.JSONDecoder(
    parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_unique
)
