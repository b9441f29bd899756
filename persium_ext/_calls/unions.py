"""Read unions as the variant that a value is, by its tag or by how well it fits; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

from persium_api.facade._schema import Array, Choice, Model, OneOf, Schema

from .scalars import KINDS, Doubts, MismatchError, Reader, kind_of, wrong

_OF_SCALARS: Final = {
    "any": frozenset(KINDS.values()),
    "binary": frozenset({"bytes"}),
    "boolean": frozenset({"a boolean"}),
    "integer": frozenset({"a number"}),
    "null": frozenset({"null"}),
    "number": frozenset({"a number"}),
}


def one_of(schema: OneOf, reader: Callable[[Schema], Reader]) -> Reader:
    """Return the reader of a union; *reader* returns those of its variants.

    The variant is the one that the tag of a value names. Else it is the one that fits best: without
    an unknown value of an enum, then with the fewest undeclared members, those of parts counting
    last, then the most specific one; of equals, the first.
    """
    readers: dict[str, list[Reader]] = {}
    for variant in schema.variants:
        for kind in kinds(variant):
            readers.setdefault(kind, []).append(reader(variant))
    named_by = _variants_by_tag(schema)

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
            raise _unfit(value, schema.variants, problems)
        best = min(results, key=lambda result: result[0].rank)
        doubts.add(best[0])
        return best[1]

    return read_variant


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
            return _OF_SCALARS.get(schema.name, frozenset({"a string"}))


def _unfit(
    value: object, variants: tuple[Schema, ...], problems: list[MismatchError]
) -> MismatchError:
    """Return the error of a value that fits no variant."""
    names = " or ".join(dict.fromkeys(_name(variant) for variant in variants))
    if not problems:
        return wrong(value, names)
    reasons = "; ".join(dict.fromkeys(map(str, problems)))
    return MismatchError(f"is none of {names}: {reasons}")


def _name(schema: Schema) -> str:
    return schema.model.__name__ if isinstance(schema, Model) else min(kinds(schema))


def _variants_by_tag(schema: OneOf) -> Callable[[object], list[Schema]]:
    """Return the function that returns the variants which the tag of a value names; none: all.

    A union has a tag if one of its variants stands for those that the document does not have. It
    does so, with variants that have no tag of their own, for a tag that names no other.
    """
    models = [variant for variant in schema.variants if isinstance(variant, Model)]
    names = {model.fallback for model in models if model.fallback}
    known: dict[tuple[str, object], list[Schema]] = {}
    others: list[Schema] = []

    def named(value: object) -> list[Schema]:
        if not names or type(value) is not dict:
            return []
        if not known:  # when first used: models refer to each other
            for model, tag in _tags(models, names):
                known.setdefault(tag, []).append(model)
            tagged = [model for each in known.values() for model in each]
            others.extend(model for model in models if model not in tagged)
        given = cast("dict[str, object]", value)
        tags = [(name, given[name]) for name in names if isinstance(given.get(name), str | int)]
        found = [*dict.fromkeys(model for tag in tags for model in known.get(tag, ()))]
        if len(found) < 2:
            return found or (others if tags else [])
        exact = [model for model in found if all(model in known.get(tag, ()) for tag in tags)]
        return exact or [*found, *others]

    return named


def _tags(models: list[Model], names: set[str]) -> Iterator[tuple[Model, tuple[str, object]]]:
    for model in models:
        for member in () if model.fallback else model.contents()[0]:
            if member.name in names and isinstance(member.schema, Choice):
                yield from ((model, (member.name, each.value)) for each in member.schema.enum)
