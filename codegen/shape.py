"""Checks that a document is OpenAPI 3.0; the other rules rely on its shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from codegen.document import verify_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codegen.document import Document

Place = tuple[str, ...]
_PATH: Final = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%/-]|\{[A-Za-z_-][A-Za-z0-9_-]*\})*")
_LITERAL: Final = frozenset({"default", "enum", "example", "value"})


def complaints(document: Document) -> list[str]:
    """Return every place with a wrong key, path or reference; if there is none, what is not valid.

    Raises:
        DocumentError: The version is not OpenAPI 3.0.
    """
    verify_version(document.data.get("openapi"))
    found = [*_keys(document.data, ()), *_references(document), *_paths(document)]
    return found or _invalid(document)


def _keys(found: object, place: Place) -> Iterator[str]:
    """Find keys that YAML reads as numbers or the like: ``200:``."""
    for key, value in _children(found):
        if not isinstance(key, (str, _Index)):
            yield f"{_words(place)}: the key {key!r} is not text: put it in quotes"
        yield from _keys(value, (*place, str(key)))


def _paths(document: Document) -> Iterator[str]:
    """Find paths that the generated code, where they are format strings, would not send as text."""
    for path in _mapping(document.data.get("paths")):
        if not (_PATH.fullmatch(str(path)) or str(path).startswith("x-")):
            yield f"paths {path!r}: use URL characters; braces are for {{parameters}} only"


def _references(document: Document) -> Iterator[str]:
    for place, found in _referring(document.data, ()):
        reference = found["$ref"]
        if len(found) > 1:
            yield f"{_words(place)}: members beside $ref have no meaning: wrap it in allOf"
        if len(place) == 2 and place[0] == "paths":
            yield f"{_words(place)}: $ref of a whole path is not supported: write the path out"
        if not isinstance(reference, str) or not reference.startswith("#/"):
            yield f"{_words(place)}: $ref {reference} leaves the document: move its target in"
        elif not _leads_somewhere(document, reference):
            yield f"{_words(place)}: $ref {reference} points at nothing: fix it"


def _leads_somewhere(document: Document, reference: object) -> bool:
    """Return whether *reference*, directly or through others, has a target."""
    seen: set[object] = set()
    while isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        try:
            target = document.target(reference)
        except (LookupError, TypeError):
            return False
        if "$ref" not in _mapping(target):
            return True
        reference = _mapping(target)["$ref"]
    return False


def _referring(found: object, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Find every ``$ref`` that is not part of the value of an example."""
    named = bool(place) and place[-1] in {"properties", "schemas", "examples"}
    if not named and "$ref" in (mapping := _mapping(found)):
        yield place, mapping
    for key, value in _children(found):
        if named or not (str(key) in _LITERAL or str(key).startswith("x-")):
            yield from _referring(value, (*place, str(key)))


class _Index(int):
    """An index of a list, as opposed to a number as a key."""


def _mapping(found: object) -> dict[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _children(found: object) -> Iterable[tuple[object, object]]:
    if mapping := _mapping(found):
        return [(key, value) for key, value in mapping.items()]
    if isinstance(found, list):
        return [(_Index(i), value) for i, value in enumerate(cast("list[object]", found))]
    return []


def _invalid(document: Document) -> list[str]:
    from openapi_spec_validator import OpenAPIV30SpecValidator  # noqa: PLC0415  # takes a second

    paths = _mapping(document.data.get("paths"))
    paths = {k: v for k, v in paths.items() if not k.startswith("x-")}
    data: Any = document.data | {"paths": paths} if paths else document.data
    found: list[str] = []
    try:
        for error in OpenAPIV30SpecValidator(data).iter_errors():
            place = tuple(str(step) for step in error.absolute_path)
            place = place or _place_of_default(document.data, error, ())
            found.append(f"{_words(place)}: not valid OpenAPI 3.0: {error.message}")
    except Exception as error:  # noqa: BLE001  # it fails on what it has just reported
        words = f"{type(error).__name__} {error}"
        return found or [f"the document: not valid OpenAPI 3.0: {words}"]
    return found


def _place_of_default(found: object, error: Any, place: Place) -> Place:  # noqa: ANN401  # untyped
    """Return the place of a default that does not fit: the validator says none."""
    if found == error.schema and _mapping(found).get("default") == error.instance:
        return (*place, "default")
    deeper = (_place_of_default(each, error, (*place, str(k))) for k, each in _children(found))
    return next(filter(None, deeper), ())


def _words(place: Place) -> str:
    """Name a place: ``GET /me: responses 200``."""
    if len(place) > 2 and place[0] == "paths":
        return " ".join([f"{place[2].upper()} {place[1]}:", *place[3:]]).removesuffix(":")
    return " ".join(place) or "the document"
