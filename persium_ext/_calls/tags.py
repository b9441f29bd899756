"""Which variants of a union the tag of a value names; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from persium_api.facade._schema import Choice, Model, OneOf, Schema


def variants_by_tag(schema: OneOf) -> Callable[[object], list[Schema]]:
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
        found = [model for tag in tags for model in known.get(tag, ())]
        return found or (others if tags else [])

    return named


def _tags(models: list[Model], names: set[str]) -> Iterator[tuple[Model, tuple[str, object]]]:
    for model in models:
        for member in () if model.fallback else model.contents()[0]:
            if member.name in names and isinstance(member.schema, Choice):
                yield from ((model, (member.name, each.value)) for each in member.schema.enum)
