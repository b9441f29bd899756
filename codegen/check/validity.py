"""What is not valid OpenAPI 3.0: its place, what is there, and what is due."""

from __future__ import annotations

import json
import re
import sys
from difflib import get_close_matches
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from codegen.read.places import children, mapping_of, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document, Node
    from codegen.read.places import Place

_KINDS: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text in quotes",
}
_SAID_ELSEWHERE: Final = frozenset({"ExtraParametersError", "UnresolvableParameterError"})


def complaints(document: Document) -> Iterator[str]:
    """Yield what is not valid, by its place."""
    # its grammars take a second, for the formats iri and iri-reference of jsonschema, which
    # OpenAPI 3.0 does not have
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # importlib's own mark
    from openapi_spec_validator import OpenAPIV30SpecValidator  # noqa: PLC0415  # takes a second

    paths = mapping_of(document.data.get("paths"))
    paths = {k: v for k, v in paths.items() if not k.startswith("x-")}
    data: Any = document.data | {"paths": paths} if paths else document.data
    found: dict[str, Place] = {}
    try:
        for error in OpenAPIV30SpecValidator(data).iter_errors():
            reason = _reason(error)
            place = _place(data, error, reason)
            if place is None or _is_said_elsewhere(error, reason):
                continue
            if place == _path(reason) or place not in found.values():
                found[f"{words(place)}: {_detail(reason)}"] = place
    except Exception as error:  # noqa: BLE001  # it fails on what it has just reported
        detail = f"{type(error).__name__} {error}"
        found = found or {f"the document: not valid OpenAPI 3.0: {detail}": ()}
    yield from found


def _is_said_elsewhere(error: Any, reason: Any) -> bool:  # noqa: ANN401  # untyped
    """Return whether another check says it with its place, or the generator can do without it.

    It does without the description of a required member, and without patterns, which need not be
    those of Python.
    """
    pattern = reason.validator == "format" and reason.validator_value == "regex"
    place = _path(reason)[-1:] == ("in",)
    return pattern or place or type(error).__name__ in _SAID_ELSEWHERE


def _reason(error: Any) -> Any:  # noqa: ANN401  # untyped
    """Return what is wrong in the variant that *error* fits best, unless a reference is due."""
    variants: dict[object, list[Any]] = {}
    for each in error.context or ():
        variants.setdefault(each.schema_path[0], []).append(each)
    own = [v for v in variants.values() if not v[0].message.startswith("'$ref' is a required")]
    if not own:
        return error
    best = min(own, key=len)
    return max(map(_reason, best), key=lambda each: len(each.absolute_path))


def _detail(reason: Any) -> str:  # noqa: ANN401  # untyped
    """Return what is wrong, and what to write."""
    seen, due = reason.instance, reason.validator_value
    match reason.validator:
        case "required":
            name = next(name for name in due if reason.message.startswith(f"{name!r} "))
            return f"{name} is missing: add it"
        case "type":
            kinds = [_KINDS[each] for each in ([due] if isinstance(due, str) else due)]
            several = isinstance(reason.instance, list) and _path(reason)[-1:] == ("type",)
            fix = "one type, and `nullable: true` for null" if several else " or ".join(kinds)
            return f"{_shown(seen)} is not valid here: write {fix}"
        case "enum":
            return f"{_shown(seen)} is not valid here: write one of {', '.join(map(str, due))}"
        case "minItems":
            return "it is empty: add an item, or remove it"
        case "additionalProperties":
            return f"OpenAPI 3.0 has no {', '.join(_unknown(reason))} here: {_instead(reason)}"
        case "not":
            return f"{' and '.join(due['required'])} exclude each other: keep one"
        case "maxProperties":
            return f"it has {', '.join(seen)}: keep one"
        case _:
            return f"not valid OpenAPI 3.0: {reason.message}"


def _shown(value: object) -> str:
    return shorten(json.dumps(value, ensure_ascii=False), 60, placeholder=" …")


def _unknown(reason: Any) -> list[str]:  # noqa: ANN401  # untyped
    """Return the members that the schema of *reason* does not have."""
    known = mapping_of(reason.schema.get("properties"))
    patterns = mapping_of(reason.schema.get("patternProperties"))
    return [
        name
        for name in reason.instance
        if name not in known and not any(re.search(each, name) for each in patterns)
    ]


def _instead(reason: Any) -> str:  # noqa: ANN401  # untyped
    """Return the fix for unknown members: those that they are alike, which are not there yet."""
    free = {name.lower(): name for name in mapping_of(reason.schema.get("properties"))}
    free = {low: name for low, name in free.items() if name not in reason.instance}
    close = [get_close_matches(name.lower(), free, n=1) for name in _unknown(reason)]
    meant = ", ".join(free[found[0]] for found in close if found)
    return f"write {meant}, or remove it" if meant else "remove it"


def _path(reason: Any) -> Place:  # noqa: ANN401  # untyped
    return tuple(str(step) for step in reason.absolute_path)


def _place(data: Node, error: Any, reason: Any) -> Place | None:  # noqa: ANN401  # untyped
    """Return the place of *reason*; None: an error of the whole schema says the same.

    The validator looks at schemas twice, and at last gives places within the schema only.
    """
    place = _path(reason)
    if place:
        return place if place[0] in data else next(_within(data, (), place, reason.instance), None)
    if default := _place_of_default(data, error, ()):
        return default
    is_whole = reason.instance is data or type(error).__name__ == "DuplicateOperationIDError"
    return place if is_whole else None


def _within(found: object, place: Place, inner: Place, seen: object) -> Iterator[Place]:
    """Yield the places of *seen* that end with *inner*."""
    if place[-len(inner) :] == inner and found is seen:
        yield place
    for key, each in children(found):
        yield from _within(each, (*place, str(key)), inner, seen)


def _place_of_default(found: object, error: Any, place: Place) -> Place:  # noqa: ANN401  # untyped
    """Return the place of a default that does not fit: the validator says none."""
    if found == error.schema and mapping_of(found).get("default") == error.instance:
        return (*place, "default")
    deeper = (_place_of_default(each, error, (*place, str(k))) for k, each in children(found))
    return next(filter(None, deeper), ())
