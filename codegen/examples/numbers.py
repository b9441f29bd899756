"""A number that is valid against its schema."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen.read.document import Node


def number(schema: Node) -> int | float | None:
    """Return the number nearest to the lower bound, else to the upper one, else 0.

    None: no number was found.
    """
    low, high = _fraction(schema.get("minimum")), _fraction(schema.get("maximum"))
    value = _on_step(schema, low, high)
    if _fits(schema, value, low, high):
        return _plain(value)
    free = schema.get("type") == "number" and "multipleOf" not in schema
    if free and low is not None and high is not None and low < high:
        return _plain((low + high) / 2)
    return None


def _on_step(schema: Node, low: Fraction | None, high: Fraction | None) -> Fraction:
    step = _fraction(schema.get("multipleOf")) or Fraction(1)
    if schema.get("type") == "integer":
        step = Fraction(step.numerator)  # the smallest whole number that is a multiple of it
    if low is not None:
        steps = math.ceil(low / step)
        return step * (steps + (schema.get("exclusiveMinimum") is True and steps * step == low))
    if high is not None and high <= 0:
        steps = math.floor(high / step)
        return step * (steps - (schema.get("exclusiveMaximum") is True and steps * step == high))
    return Fraction(0)


def _fits(schema: Node, value: Fraction, low: Fraction | None, high: Fraction | None) -> bool:
    too_low = low is not None and value < low
    if high is None or too_low:
        return not too_low
    return value < high or (value == high and schema.get("exclusiveMaximum") is not True)


def _fraction(bound: object) -> Fraction | None:
    return Fraction(str(bound)) if isinstance(bound, int | float) else None


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
