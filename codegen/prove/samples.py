"""JSON values that a schema allows: every member, required ones only, variants, nulls, edges."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from codegen.prove.json_values import is_list, is_object, unused
from codegen.prove.scalars import NoSampleError, numbers, strings
from codegen.prove.schemas import TAG, extra, kind
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node

T = TypeVar("T")
MAX_VALUES: Final = 24
_MAX_DEPTH: Final = 4
_MAX_NODES: Final = 300
_LIKE_A_DATE: Final = "2026-01-31"


class Sampler:
    """Makes values of schemas; *left_out* is the keyword of members that are not in them."""

    def __init__(self, schemas: Schemas, left_out: str) -> None:
        self._schemas = schemas
        self._left_out = left_out
        self._made: dict[tuple[int, int], tuple[Node, list[Any]]] = {}
        self._asked: dict[int, Node] = {}

    def values_once(self, schema: Node) -> list[Any]:
        """Return values of *schema*; once they were asked for, the fullest and the least only."""
        found = self._schemas.resolve(schema)
        again = id(found) in self._asked
        self._asked[id(found)] = found
        return self.values(schema)[:2] if again else self.values(schema)

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
        if depth > 2 * _MAX_DEPTH and kind(form) in {"array", "object"}:
            raise NoSampleError
        match kind(form):
            case "object":
                return self._object(form, depth)
            case "array":
                return self._array(form, depth)
            case "string":
                return strings(form)
            case "boolean":
                return [True, False]
            case "integer" | "number":
                return numbers(form)
            case _:
                return ["anything", {"a": [1, None]}, 2]

    def _object(self, form: Node, depth: int) -> list[Any]:
        required = set(form.get("required", []))
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
        columns = told_apart(columns)
        least = {name: column[0] for name, column in columns.items() if name in required}
        rows = min(max(map(len, columns.values()), default=1), MAX_VALUES)
        full = [_row(columns, required, index) for index in range(rows)]
        if any(map(self._is_tag, node(form, "properties").values())):
            full += [{**full[0], **like}] if (like := self._like_dates(form, full[0])) else []
        return full if full == [least] else [full[0], least, *full[1:]]

    def _is_tag(self, member: Node) -> bool:
        """Return whether *member* may tell variants apart."""
        return TAG in member or "enum" in self._schemas.resolve(member)

    def _like_dates(self, form: Node, row: dict[str, Any]) -> dict[str, str]:
        """Return texts that look like dates, which another variant may have: only a tag decides."""
        members = node(form, "properties")
        return {
            name: _LIKE_A_DATE
            for name in members.keys() & row.keys()
            if all(each == {"type": "string"} for each in self._schemas.forms(members[name]))
        }

    def _further(
        self, form: Node, known: set[str], required: set[str], depth: int
    ) -> dict[str, list[Any]]:
        """Members that are required but not declared, or whose schema alone is declared."""
        schema = extra(form)
        names = [name for name in sorted(required) if name not in known]
        if schema is None and form.get("additionalProperties") is not True:
            return {name: ["anything"] for name in names}
        if depth < _MAX_DEPTH and not form.get("maxProperties"):
            names += [unused(each, known | required) for each in ("further-One", "further two")]
        values = ["anything"] if schema is None else self.values(schema, depth + 1)
        return dict.fromkeys(names, values)

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


def told_apart(columns: dict[T, list[Any]]) -> dict[T, list[Any]]:
    """Return *columns*, those of equal values each in an order of its own.

    So no value of a row stands for another one by chance. Null keeps its row.
    """
    made: dict[T, list[Any]] = {}
    alike = Counter[str]()
    for name, column in columns.items():
        key = repr(column)
        values = [value for value in column if value is not None]
        turn = alike[key] % max(len(values), 1)
        made[name] = [*values[turn:], *values[:turn]]
        if len(values) < len(column):
            made[name].insert(1, None)
        alike[key] += 1
    return made


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
