"""Compare ``to_dict`` of models, which upstream writes, with the JSON that they stand for."""

from __future__ import annotations

from typing import Any

from codegen.prove.json_difference import json_difference
from codegen.prove.json_values import is_list
from codegen.prove.naming import is_model


def difference(found: object, value: Any) -> str | None:  # noqa: ANN401  # JSON
    """Return how ``to_dict`` of *found*, or of its items, is not *value*; None: it is."""
    if is_list(found):
        problems = (difference(one, other) for one, other in zip(found, value, strict=False))
        return next(filter(None, problems), None)
    if not is_model(type(found)):
        return None
    model: Any = found
    try:
        problem = json_difference(value, model.to_dict())
    except Exception as error:  # noqa: BLE001  # whatever the package raises
        problem = f": expected JSON, seen {type(error).__name__}: {error}"
    return f"{type(found).__name__}.to_dict(){problem}" if problem else None
