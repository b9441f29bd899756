"""How well a JSON value fits a schema: which variants of a union it may be read as."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from attrs import frozen

from codegen.prove.json_values import is_list, is_object
from codegen.prove.schemas import TAG, extra, kind
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_FORMATS: Final[dict[str, Any]] = {"date": date.fromisoformat, "uuid": UUID}
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


def instant(text: object) -> datetime | None:
    """Return the point in time that *text* names (RFC 3339); None: it names none."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


@frozen(order=True)
class Fit:
    """What is unusual in a value: unknown enum values count first, then undeclared members.

    Those of its parts (*deeper*) count last.
    """

    unknown: int = 0
    undeclared: int = 0
    deeper: int = 0

    def __add__(self, other: Fit) -> Fit:
        return Fit(
            self.unknown + other.unknown,
            self.undeclared + other.undeclared,
            self.deeper + other.deeper,
        )


def readings(schemas: Schemas, value: object, schema: Node) -> list[Node]:
    """Return the forms of *schema* that fit *value* best; several only if they fit equally."""
    return _best(schemas, value, schema)[1]


def _best(schemas: Schemas, value: object, schema: Node) -> tuple[Fit | None, list[Node]]:
    """Return the best fit, and the forms that have it; found once for each value and schema."""
    key = (id(value), id(schema))
    if key not in schemas.fits:
        fits = [(fit_of(schemas, value, form), form) for form in schemas.forms(schema)]
        best = min((found for found, _ in fits if found is not None), default=None)
        forms = [form for found, form in fits if found is not None and found == best]
        schemas.fits[key] = (value, schema, (best, forms))  # so that the ids stay their own
    found: tuple[Fit | None, list[Node]] = schemas.fits[key][2]
    return found


def reading(schemas: Schemas, value: object, schema: Node) -> Node:
    """Return the form that fits *value* best, an empty one if none does."""
    found = readings(schemas, value, schema)
    return found[0] if found else {}


def fit_of(schemas: Schemas, value: object, form: Node) -> Fit | None:
    """Return how *value* fits *form*; None: not at all."""
    if not _is_of_type(value, form):
        return None
    if "enum" in form and value not in form["enum"]:
        return None if TAG in form else Fit(unknown=1)
    if is_list(value):
        return _total(_any(schemas, item, node(form, "items")) for item in value)
    if is_object(value):
        return _object(schemas, value, form)
    return Fit()


def _is_of_type(value: object, form: Node) -> bool:
    wanted = kind(form)
    if not wanted:
        return True
    if wanted == "boolean" or isinstance(value, bool):
        return wanted == "boolean" and isinstance(value, bool)
    if not isinstance(value, _TYPES[wanted]):
        return False
    return not isinstance(value, str) or _is_of_format(value, str(form.get("format")))


def _is_of_format(text: str, name: str) -> bool:
    if name == "date-time":
        return instant(text) is not None
    try:
        _FORMATS.get(name, str)(text)
    except ValueError:
        return False
    return True


def _any(schemas: Schemas, value: object, schema: Node) -> Fit | None:
    if value is None:
        return Fit() if not schema or schemas.nullable(schema) else None
    return _best(schemas, value, schema)[0]


def _object(schemas: Schemas, value: dict[str, Any], form: Node) -> Fit | None:
    members, further = node(form, "properties"), extra(form)
    for name in form.get("required", []):
        if name not in value and not _one_way(schemas, members.get(name, {})):
            return None
    undeclared = [name for name in value if name not in members]
    if further is not None:
        fits = [_any(schemas, value[name], further) for name in undeclared]
    else:
        fits = []
    fits += [_any(schemas, value[name], members[name]) for name in value if name in members]
    parts = _total(fits)
    if parts is None:
        return None
    own = len(undeclared) if further is None and members else 0
    return Fit(parts.unknown, own, parts.undeclared + parts.deeper)


def _one_way(schemas: Schemas, schema: Node) -> bool:
    return any(schemas.one_way(schema, word) for word in ("readOnly", "writeOnly"))


def _total(fits: Any) -> Fit | None:  # noqa: ANN401  # an iterable
    total = Fit()
    for found in fits:
        if found is None:
            return None
        total += found
    return total
