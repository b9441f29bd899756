"""Checks that a document is OpenAPI 3.0; the other rules rely on its shape."""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from codegen import references
from codegen.document import verify_version
from codegen.places import Index, children, mapping_of, mappings, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.document import Document
    from codegen.places import Place

_PATH: Final = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%/-]|\{[\w.$@-]+\})*")


def complaints(document: Document) -> list[str]:
    """Return every place with a wrong key, path or reference; if there is none, what is not valid.

    Raises:
        DocumentError: The version is not OpenAPI 3.0.
    """
    verify_version(document.data.get("openapi"))
    found = [
        *_keys(document.data, ()),
        *references.complaints(document),
        *_paths(document),
        *_lists(document),
    ]
    return found or _invalid(document)


def _keys(found: object, place: Place) -> Iterator[str]:
    """Find keys that YAML reads as numbers or the like: ``200:``."""
    for key, value in children(found):
        if not isinstance(key, (str, Index)):
            yield f"{words(place)}: the key {key!r} is not text: put it in quotes"
        yield from _keys(value, (*place, str(key)))


def _paths(document: Document) -> Iterator[str]:
    """Find paths that the generated code, where they are format strings, would not send as text."""
    for path in mapping_of(document.data.get("paths")):
        if not (_PATH.fullmatch(str(path)) or str(path).startswith("x-")):
            yield f"paths {path!r}: use URL characters; braces are for {{parameters}} only"
        names = re.findall(r"\{(.+?)\}", str(path))
        for name in [name for name, times in Counter(names).items() if times > 1]:
            yield f"paths {path!r}: has {{{name}}} twice: give each part a parameter of its own"


def _lists(document: Document) -> Iterator[str]:
    for place, found in mappings(document.data):
        if found.get("type") == "array" and "items" not in found:
            yield f"{words(place)}: a list without items: add `items: {{}}`, or their schema"


def _invalid(document: Document) -> list[str]:
    # its grammars take a second, for the formats iri and iri-reference of jsonschema, which
    # OpenAPI 3.0 does not have
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # importlib's own mark
    from openapi_spec_validator import OpenAPIV30SpecValidator  # noqa: PLC0415  # takes a second

    paths = mapping_of(document.data.get("paths"))
    paths = {k: v for k, v in paths.items() if not k.startswith("x-")}
    data: Any = document.data | {"paths": paths} if paths else document.data
    found: list[str] = []
    try:
        for error in OpenAPIV30SpecValidator(data).iter_errors():
            reason = _reason(error)
            place = tuple(str(step) for step in reason.absolute_path)
            place = place or _place_of_default(document.data, error, ())
            if found and place and place[0] not in document.data:
                continue  # said again, by a place within a schema
            found.append(f"{words(place)}: not valid OpenAPI 3.0: {reason.message}")
    except Exception as error:  # noqa: BLE001  # it fails on what it has just reported
        detail = f"{type(error).__name__} {error}"
        return found or [f"the document: not valid OpenAPI 3.0: {detail}"]
    return found


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


def _place_of_default(found: object, error: Any, place: Place) -> Place:  # noqa: ANN401  # untyped
    """Return the place of a default that does not fit: the validator says none."""
    if found == error.schema and mapping_of(found).get("default") == error.instance:
        return (*place, "default")
    deeper = (_place_of_default(each, error, (*place, str(k))) for k, each in children(found))
    return next(filter(None, deeper), ())
