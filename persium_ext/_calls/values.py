"""Read JSON as values of the types that openapi.yaml gives them; no I/O.

A union is read as the variant that its tag names. Else it is the one that fits best: without an
unknown value of an enum, then with the fewest undeclared members, those of parts counting last,
then the most specific one; of equals, the first.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, cast

from persium_api.facade._schema import Array, Choice, Model, OneOf, Scalar, Schema

from .scalars import (
    KINDS,
    SCALARS,
    Doubts,
    MismatchError,
    Reader,
    choice,
    kind_of,
    wrong,
)
from .tags import variants_by_tag


def read(value: object, schema: Schema) -> object:
    """Return the JSON *value* as a value of *schema*'s type.

    Raises:
        MismatchError: It is not valid; the text names the first place that is wrong.
    """
    return reader(schema)(value, Doubts())


@cache
def reader(schema: Schema) -> Reader:
    """Return the function that reads values of *schema*."""
    match schema:
        case Scalar():
            return SCALARS[schema.name]
        case Array():
            return _array(schema)
        case OneOf():
            return _one_of(schema)
        case Model():
            return _object(schema)
        case _:
            return choice(schema.enum)


def _array(schema: Array) -> Reader:
    item = reader(schema.items)

    def read_array(value: object, doubts: Doubts) -> object:
        if type(value) is not list:
            raise wrong(value, "a list")
        found: list[object] = []
        try:
            for each in cast("list[object]", value):
                found.append(item(each, doubts))  # noqa: PERF401  # its length is the index of an error
        except MismatchError as error:
            raise error.within(f"[{len(found)}]") from None
        return found

    return read_array


def _object(schema: Model) -> Reader:
    plan: list[Any] = []
    names: set[str] = set()

    def read_object(value: object, doubts: Doubts) -> object:
        if type(value) is not dict:
            raise wrong(value, "an object")
        if not plan:  # when first used: models refer to each other
            members, further = schema.contents()
            names.update(each.name for each in members)
            plan[:] = [
                [(m.name, m.attribute, reader(m.schema), m.required) for m in members],
                further and reader(further),
            ]
        members, further = plan
        given, made = cast("dict[str, object]", value), dict[str, object]()
        step, before = "", doubts.undeclared
        try:
            for name, attribute, read_member, required in members:
                if name in given:
                    step = name
                    made[attribute] = read_member(given[name], doubts)
                elif required:
                    step = name
                    raise MismatchError("is missing")  # noqa: TRY301  # its place is added below
            model = schema.model(**made)
        except MismatchError as error:
            raise error.within(f".{step}") from None
        doubts.deeper += doubts.undeclared - before
        doubts.undeclared = before + len(given) - len(made)
        if further and len(made) < len(given):
            left = {name: each for name, each in given.items() if name not in names}
            model.additional_properties = _members(left, further)
        return model

    return read_object


def _members(given: dict[str, object], read_member: Reader) -> dict[str, object]:
    """Read members that the schema does not name."""
    found: dict[str, object] = {}
    for name, each in given.items():
        try:
            found[name] = read_member(each, Doubts())
        except MismatchError as error:
            raise error.within(f".{name}") from None
    return found


def _one_of(schema: OneOf) -> Reader:
    variants = [(variant, kinds(variant), reader(variant)) for variant in schema.variants]
    named_by = variants_by_tag(schema)

    def read_variant(value: object, doubts: Doubts) -> object:
        kind = kind_of(value)
        named = named_by(value)
        fitting = [each for each in variants if (each[0] in named if named else kind in each[1])]
        if len(fitting) == 1:
            return fitting[0][2](value, doubts)
        results: list[tuple[Doubts, object]] = []
        problems: list[MismatchError] = []
        for _, _, read_it in fitting:
            own = Doubts()
            try:
                results.append((own, read_it(value, own)))
            except MismatchError as error:
                problems.append(error)
        if not results:
            raise _unfit(value, [variant for variant, _, _ in variants], problems)
        best = min(results, key=lambda result: result[0].rank)
        doubts.add(best[0])
        return best[1]

    return read_variant


def _unfit(value: object, variants: list[Schema], problems: list[MismatchError]) -> MismatchError:
    """Return the error of a value that fits no variant."""
    names = " or ".join(dict.fromkeys(_name(variant) for variant in variants))
    if not problems:
        return wrong(value, names)
    reasons = "; ".join(dict.fromkeys(map(str, problems)))
    return MismatchError(f"is none of {names}: {reasons}")


def _name(schema: Schema) -> str:
    return schema.model.__name__ if isinstance(schema, Model) else min(kinds(schema))


def kinds(schema: Schema) -> frozenset[str]:
    """Return what values of *schema* may be in JSON."""
    match schema:
        case Array():
            return frozenset({"a list"})
        case Model():
            return frozenset({"an object"})
        case OneOf():
            return frozenset[str]().union(*map(kinds, schema.variants))
        case Choice():
            return frozenset({"a number" if issubclass(schema.enum, int) else "a string"})
        case _:
            return _KINDS_OF_SCALARS.get(schema.name, frozenset({"a string"}))


_KINDS_OF_SCALARS: Final = {
    "any": frozenset(KINDS.values()),
    "binary": frozenset({"bytes"}),
    "boolean": frozenset({"a boolean"}),
    "integer": frozenset({"a number"}),
    "null": frozenset({"null"}),
    "number": frozenset({"a number"}),
}
