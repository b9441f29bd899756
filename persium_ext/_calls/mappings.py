"""Dicts that stand for models: which model is meant, and which members are wrong; no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import shorten
from typing import Any

from persium_api.facade._schema import ANY, Choice, Member, Model, OneOf, Schema
from persium_api.types import Unset

Given = Mapping[Any, object]


def variants(schema: Schema) -> list[Schema]:
    """Return the schemas of a union, those of unions in it too; else *schema* alone."""
    if isinstance(schema, OneOf):
        return [inner for variant in schema.variants for inner in variants(variant)]
    return [schema]


def schemas_of(value: Given, schema: Schema) -> list[Schema]:
    """Return the schemas that *value* may stand for, those that it fits best first.

    A tag leaves those that it names only.
    """
    found = variants(schema)
    models = [each for each in found if isinstance(each, Model)]
    models = _named_by_tag(value, models) or models
    models.sort(key=lambda model: _misfit(value, model))
    return [*models, ANY] if ANY in found or not models else [*models]


def members_of_mapping(
    value: Given, schema: Schema, where: str
) -> Iterator[tuple[str, object, Schema]]:
    """Yield name in JSON, value and schema of each member that is set.

    Raises:
        ValueError: A member is missing, or is none of the document; the text names it.
    """
    if not isinstance(schema, Model):
        yield from ((str(name), each, ANY) for name, each in _set(value))
        return
    known, missing, unknown = _compared(value, schema)
    model: Any = schema.model
    for name in unknown:
        raise ValueError(
            f"{where}.{name} is not a member of {model.__name__}{_advice(name, known)}"
        )
    for name in missing:
        raise ValueError(f"{where}.{name} is missing: {model.__name__} requires it")
    _, further = schema.contents()
    for key, each in _set(value):
        member = known.get(key)
        yield (member.name, each, member.schema) if member else (str(key), each, further or ANY)


def _set(value: Given) -> Iterator[tuple[Any, object]]:
    return ((name, each) for name, each in value.items() if not isinstance(each, Unset))


def _compared(value: Given, model: Model) -> tuple[dict[Any, Member], list[str], list[str]]:
    """Return the members of *model* by their names, those that are missing, and other names."""
    members, _ = model.contents()
    known: dict[Any, Member] = {m.attribute: m for m in members} | {m.name: m for m in members}
    given = [name for name, _ in _set(value)]
    there = {known[name].name for name in given if name in known}
    missing = [m.name for m in members if m.required and m.name not in there]
    unknown = [] if model.extensible else [str(name) for name in given if name not in known]
    return known, missing, unknown


def _misfit(value: Given, model: Model) -> tuple[int, int, int]:
    """Return how badly *value* fits: enums without its value, those with it, wrong members."""
    known, missing, unknown = _compared(value, model)
    choices = [
        each in values for name, each in value.items() if (values := _choices(known.get(name)))
    ]
    return choices.count(False), -choices.count(True), len(missing) + len(unknown)


def _named_by_tag(value: Given, models: list[Model]) -> list[Model]:
    """Return the model that a tag of *value* names: an enum with other values in each; none: any.

    A model that stands for the variants which the document does not have has no tag of its own.
    """
    own = [model for model in models if not model.fallback]
    described = [_compared(value, model)[0] for model in own]
    for name, each in value.items():
        tags = [_choices(known.get(name)) for known in described]
        found = [model for model, values in zip(own, tags, strict=True) if each in values]
        if all(tags) and len(found) == 1 < len(models):
            return found
    return []


def _choices(member: Member | None) -> list[object]:
    if member is None or not isinstance(member.schema, Choice):
        return [*member.values] if member else []
    return [choice.value for choice in member.schema.enum]


def _advice(name: str, known: Mapping[str, Member]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # dicts that are right need none

    names = sorted({member.name for member in known.values()})
    if close := get_close_matches(name, names, n=1):
        return f": did you mean {close[0]}?"
    return shorten(f": its members are {', '.join(names)}", 300, placeholder=" …")
