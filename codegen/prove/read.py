"""Compare what the written package decoded with the JSON that was served."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from codegen.prove.fit import instant, readings
from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.naming import assign, bag, fields, is_model
from codegen.prove.schemas import TAG, extra, kind
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node

_ADDRESS: Final = re.compile(r"<(?:[\w.]+\.)?(\w+) object at 0x[0-9a-f]+>")
_STAMPS: Final[dict[str, type]] = {"date-time": datetime, "date": date, "uuid": UUID}


class Reader:
    """Compares by the author's schemas; of several equally good readings, any will do."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def difference(self, seen: object, value: object, schema: Node, where: str = "") -> str | None:
        """Return the first member that is not as the document says; None: all are."""
        if value is None:
            return None if seen is None else wrong(where, "null", seen)
        found = [
            self._form(seen, value, form, where) for form in readings(self._schemas, value, schema)
        ]
        return None if not found or None in found else found[0]

    def _form(self, seen: object, value: object, form: Node, where: str) -> str | None:
        if not kind(form) and "enum" not in form:
            return None if alike(seen, value) else wrong(where, repr(value), seen)
        if "enum" in form:
            return _enum_difference(seen, value, form, where)
        if is_object(value):
            return self._object(seen, value, form, where)
        if is_list(value):
            return self._list(seen, value, form, where)
        wanted = _STAMPS.get(str(form.get("format"))) if isinstance(value, str) else None
        if wanted and type(seen) is not wanted:
            return wrong(where, f"the {wanted.__name__} {value}", seen)
        if not wanted and isinstance(seen, date | UUID):
            return wrong(where, f"the text {value!r}", seen)
        return None if alike(seen, value) else wrong(where, repr(value), seen)

    def _list(self, seen: object, value: list[Any], form: Node, where: str) -> str | None:
        if not is_list(seen) or len(seen) != len(value):
            return wrong(where, f"a list of {len(value)}", seen)
        pairs = enumerate(zip(seen, value, strict=True))
        found = (
            self.difference(one, other, node(form, "items"), f"{where}/{index}")
            for index, (one, other) in pairs
        )
        return next(filter(None, found), None)

    def _object(self, seen: object, value: dict[str, Any], form: Node, where: str) -> str | None:
        declared, further = node(form, "properties"), extra(form) or {}
        if not declared and not further and alike(seen, value):
            return None  # any object: it may be decoded as one with some of the members
        if is_object(seen) and not declared:
            names, attributes, loose = dict[str, str](), dict[str, Any](), seen
        elif is_model(type(seen)):
            attributes = {name: getattr(seen, name) for name in fields(type(seen))}
            names, loose = assign(declared, attributes, described=declared), bag(seen)
        else:
            return wrong(where, "an object", seen)
        for wire, inner in value.items():
            place = f"{where}/{pointer(wire)}"
            if wire in declared and wire not in names:
                return f"{place}: expected a declared member, seen none in {type(seen).__name__}"
            if wire not in declared and wire not in loose:
                if form.get("additionalProperties") is False:
                    continue
                return f"{place}: expected {inner!r}, seen nothing"
            found = attributes[names[wire]] if wire in declared else loose[wire]
            if problem := self.difference(found, inner, declared.get(wire, further), place):
                return problem
        absent = (wire for wire in names if wire not in value)
        set_ = (w for w in absent if type(attributes[names[w]]).__name__ != "Unset")
        return next(
            (wrong(f"{where}/{pointer(w)}", "unset", attributes[names[w]]) for w in set_), None
        )


def alike(seen: object, value: object) -> bool:
    """Return whether *seen* stands for the JSON *value*, whatever its classes are."""
    if isinstance(seen, Enum):
        seen = seen.value
    if isinstance(seen, datetime):
        return instant(value) == seen
    if isinstance(seen, date | UUID):
        return str(seen) == str(value).lower()
    if is_list(value):
        return is_list(seen) and len(seen) == len(value) and all(map(alike, seen, value))
    if is_object(value):
        return _alike_object(seen, value)
    if isinstance(seen, bool) or isinstance(value, bool):
        return seen is value
    return seen == value


def _alike_object(seen: object, value: dict[str, Any]) -> bool:
    members = seen if is_object(seen) else dict(bag(seen))
    if is_model(type(seen)):
        left = [wire for wire in value if wire not in members]
        names = assign(left, fields(type(seen)))
        members |= {wire: getattr(seen, name) for wire, name in names.items()}
    return all(wire in members and alike(members[wire], value[wire]) for wire in value)


def _enum_difference(seen: object, value: object, form: Node, where: str) -> str | None:
    """An enum of texts is a class of Python, unless a discriminator or one value is its reason.

    One with invisible characters need not be one: they can't stand in code.
    """
    known = [each for each in form["enum"] if each is not None]
    typed = TAG not in form and len(form["enum"]) > 1
    typed = typed and all(isinstance(each, str) and each.isprintable() for each in known)
    if alike(seen, value) and (isinstance(seen, Enum) or not typed):
        return None
    return wrong(where, f"the enum value {value!r}", seen)


def wrong(where: str, expected: str, seen: object) -> str:
    """Return one line on a member: its place, what the document says, and what came."""
    return f"{where or 'the value'}: expected {expected}, seen {shown(seen)}"


def shown(value: object) -> str:
    """Return *value* in a few words."""
    if type(value).__name__ == "Unset":
        return "nothing"
    text = _ADDRESS.sub(r"\1", " ".join(repr(value).split()))
    text = re.sub(" at 0x[0-9a-f]+", "", text)
    return text if len(text) < 120 else f"{text[:117]}..."


def words(error: Exception) -> str:
    """Return an error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
