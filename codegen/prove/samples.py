"""JSON values that a schema allows: every member, required ones only, variants, nulls, edges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from codegen.document import node
from codegen.numbers import number
from codegen.prove.json_values import is_list, is_object
from codegen.prove.schemas import extra, kind
from codegen.strings import FORMATS, string

if TYPE_CHECKING:
    from codegen.document import Node
    from codegen.prove.schemas import Schemas

MAX_VALUES: Final = 24
_MAX_DEPTH: Final = 4
_MAX_NODES: Final = 300
_TEXTS: Final = (
    "text",
    "",
    "a b&c+d/e%2F?g=h#i\"j'k\\",
    "ünïcødé 漢字 🎉",
    "line\nbreak\ttab",
    "Words2",
)
_EDGES: Final[dict[str, tuple[str, ...]]] = {
    "date": ("2026-01-31", "2024-02-29"),
    "date-time": (
        "2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00.123456+05:30",
        "1999-12-31T23:59:59-08:00",
    ),
    "uuid": ("8d2f1a3e-1234-4c1b-9999-abcdefabcdef", "00000000-0000-0000-0000-000000000001"),
    "binary": ("bytes", "\x00\x7f\r\n--"),
}
_INTEGERS: Final = (1, 0, -1, 2**53 + 1)
_NUMBERS: Final = (1.5, 0, -0.25, 1e21)


class NoSampleError(ValueError):
    """No value could be made: only a validator could tell which is valid."""


class Sampler:
    """Makes values of schemas; *left_out* is the keyword of members that are not in them."""

    def __init__(self, schemas: Schemas, left_out: str) -> None:
        self._schemas = schemas
        self._left_out = left_out
        self._made: dict[tuple[int, int], tuple[Node, list[Any]]] = {}

    def values(self, schema: Node, depth: int = 0) -> list[Any]:
        """Return values of *schema*, the fullest of each variant first.

        Raises:
            NoSampleError: None could be made.
        """
        key = (id(schema), depth)
        if key not in self._made:
            self._made[key] = (schema, self._values(schema, depth))
        return self._made[key][1]

    def _values(self, schema: Node, depth: int) -> list[Any]:
        columns: list[list[Any]] = []
        for form in self._schemas.forms(schema):
            try:
                columns.append(self._form(form, depth))
            except NoSampleError:
                continue
        found = interleaved(columns)
        if self._schemas.nullable(schema):
            found.insert(1, None)
        if not found:
            raise NoSampleError
        return found[:MAX_VALUES]

    def _form(self, form: Node, depth: int) -> list[Any]:
        if "enum" in form:
            return [value for value in form["enum"] if value is not None]
        match kind(form):
            case "object":
                return self._object(form, depth)
            case "array":
                return self._array(form, depth)
            case "string":
                return _strings(form)
            case "boolean":
                return [True, False]
            case "integer" | "number" as name:
                return _numbers(form, _INTEGERS if name == "integer" else _NUMBERS)
            case _:
                return ["anything", {"a": [1, None]}, 2]

    def _object(self, form: Node, depth: int) -> list[Any]:
        required = set(form.get("required", []))
        if depth > 2 * _MAX_DEPTH:
            raise NoSampleError
        columns: dict[str, list[Any]] = {}
        for name, member in node(form, "properties").items():
            if self._schemas.one_way(member, self._left_out):
                required.discard(name)
                continue
            if name not in required and (depth >= _MAX_DEPTH or form.get("maxProperties")):
                continue
            try:
                columns[name] = self.values(member, depth + 1)
            except NoSampleError:
                if name in required:
                    raise
        columns |= self._further(form, {*columns, *node(form, "properties")}, required, depth)
        least = {name: column[0] for name, column in columns.items() if name in required}
        rows = min(max(map(len, columns.values()), default=1), MAX_VALUES)
        full = [_row(columns, required, index) for index in range(rows)]
        return full if full == [least] else [full[0], least, *full[1:]]

    def _further(
        self, form: Node, known: set[str], required: set[str], depth: int
    ) -> dict[str, list[Any]]:
        """Members that are required but not declared, or whose schema alone is declared."""
        schema = extra(form)
        names = [name for name in sorted(required) if name not in known]
        if schema is None:
            return {name: ["anything"] for name in names}
        if depth < _MAX_DEPTH and not form.get("maxProperties"):
            names += ["further-One", "further two"]
        return {name: self.values(schema, depth + 1) for name in names}

    def _array(self, form: Node, depth: int) -> list[Any]:
        least, most = form.get("minItems", 0), form.get("maxItems", 12)
        try:
            items = self.values(node(form, "items"), depth + 1)
        except NoSampleError:
            if least:
                raise
            return [[]]
        unique = form.get("uniqueItems") is True
        if not unique:
            items = items * -(-max(least, 2) // len(items))
        lists = [items[: max(min(most, 12), least)], items[:1], []]
        fitting = [found for found in lists if least <= len(found) <= most]
        if not fitting:
            raise NoSampleError
        return list({len(found): found for found in fitting}.values())


def interleaved(columns: list[list[Any]]) -> list[Any]:
    """Return the first of each column, then the second of each, and so on."""
    rows = max(map(len, columns), default=0)
    return [column[row] for row in range(rows) for column in columns if row < len(column)]


def _row(columns: dict[str, list[Any]], required: set[str], index: int) -> dict[str, Any]:
    """One object; once it is large, optional members that have parts are left out."""
    made: dict[str, Any] = {}
    total = 0
    for name, column in columns.items():
        value = column[index % len(column)]
        nodes = _size(value)
        if name in required or nodes == 1 or total + nodes < _MAX_NODES:
            made[name] = value
            total += nodes
    return made


def _size(value: object) -> int:
    if is_object(value):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if is_list(value) else 1


def _strings(form: Node) -> list[Any]:
    name = str(form.get("format"))
    if name in _EDGES:
        return list(_EDGES[name])
    candidates = [FORMATS[name]] if name in FORMATS else list(_TEXTS)
    fitting = [text for text in candidates if _fits(form, text)]
    made = string({**form, "format": None})
    if not fitting and (made is None or name in FORMATS):
        raise NoSampleError
    return fitting or [made]


def _fits(form: Node, text: str) -> bool:
    try:
        matches = re.search(form.get("pattern", ""), text)
    except re.error:  # of ECMA 262, and not a regular expression of Python
        return False
    return bool(matches) and form.get("minLength", 0) <= len(text) <= form.get("maxLength", 1e9)


def _numbers(form: Node, candidates: tuple[float, ...]) -> list[Any]:
    fitting = [found for found in candidates if _in_range(form, found)]
    made = number(form)
    if not fitting and made is None:
        raise NoSampleError
    return fitting or [made]


def _in_range(form: Node, value: float) -> bool:
    least, most = form.get("minimum"), form.get("maximum")
    if least is not None and (value < least or (form.get("exclusiveMinimum") and value == least)):
        return False
    if most is not None and (value > most or (form.get("exclusiveMaximum") and value == most)):
        return False
    if form.get("format") == "int32" and abs(value) >= 2**31:
        return False
    return not form.get("multipleOf") or value % form["multipleOf"] == 0
