"""Read JSON as values of the types that openapi.yaml gives them; no I/O.

A union is read as the variant that its tag names. Else it is the one that fits best: without an
unknown value of an enum, then with the fewest undeclared members, those of parts counting last,
then the most specific one; of equals, the first.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, cast

from persium_api.facade._schema import Array, Model, OneOf, Scalar, Schema

from .kinds import kinds, unfit
from .scalars import PLAIN, SCALARS, Doubts, MismatchError, Reader, choice, kind_of, wrong
from .tags import variants_by_tag

_ABSENT: Final = object()


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


def _plain(schema: Schema) -> tuple[type | None, int]:
    """Return the type of JSON values that are values of *schema* as they are, and their doubts."""
    return PLAIN.get(schema.name, (None, 0)) if isinstance(schema, Scalar) else (None, 0)


def _array(schema: Array) -> Reader:
    item, (plain, generality) = reader(schema.items), _plain(schema.items)

    def read_array(value: object, doubts: Doubts) -> object:
        if type(value) is not list:
            raise wrong(value, "a list")
        if set(map(type, cast("list[object]", value))) == {plain}:
            doubts.general += generality * len(cast("list[object]", value))
            return cast("list[object]", value)
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

    def read_object(value: object, doubts: Doubts) -> object:
        if type(value) is not dict:
            raise wrong(value, "an object")
        if not plan:  # when first used: models refer to each other
            plan.append(_plan(schema))
        members, names, further = plan[0]
        given, made = cast("dict[str, object]", value), dict[str, object]()
        step, before = "", doubts.undeclared
        try:
            for name, attribute, plain, generality, read_member, required in members:
                member = given.get(name, _ABSENT)
                if type(member) is plain:
                    made[attribute] = member
                    doubts.general += generality
                elif member is not _ABSENT:
                    step = name
                    made[attribute] = read_member(member, doubts)
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


def _plan(schema: Model) -> tuple[Any, ...]:
    """Return how each member is read, the names of all, and the reader of further members."""
    members, further = schema.contents()
    plans = [
        (m.name, m.attribute, *_plain(m.schema), reader(m.schema), m.required) for m in members
    ]
    return plans, {member.name for member in members}, further and reader(further)


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
    readers: dict[str, list[Reader]] = {}
    for variant in schema.variants:
        for kind in kinds(variant):
            readers.setdefault(kind, []).append(reader(variant))
    named_by = variants_by_tag(schema)

    def read_variant(value: object, doubts: Doubts) -> object:
        named = named_by(value)
        fitting = [reader(each) for each in named] if named else readers.get(kind_of(value), [])
        if len(fitting) == 1:
            return fitting[0](value, doubts)
        results: list[tuple[Doubts, object]] = []
        problems: list[MismatchError] = []
        for read_it in fitting:
            own = Doubts()
            try:
                results.append((own, read_it(value, own)))
            except MismatchError as error:
                problems.append(error)
        if not results:
            raise unfit(value, schema.variants, problems)
        best = min(results, key=lambda result: result[0].rank)
        doubts.add(best[0])
        return best[1]

    return read_variant
