"""What openapi-python-client has read of a document, and what it could not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from openapi_python_client.parser.properties.model_property import ModelProperty

from codegen.lower.alternatives import FALLBACK
from codegen.lower.enums import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.errors import GeneratorError
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

_JARGON: Final = re.compile(r"<\S+ object at 0x\w+>|WARNING parsing | within [\w/]+\.")


def complaints(data: GeneratorData, operations: Mapping[str, str]) -> Iterator[str]:
    """Yield what upstream omits; *operations* has method and path of each operation, by name."""
    for group in data.endpoint_collections_by_tag.values():
        yield from (words(problem, operations) for problem in group.parse_errors)
    yield from (words(problem, operations) for problem in data.errors)


def words(problem: GeneratorError, operations: Mapping[str, str]) -> str:
    """Return upstream's error in one line, by the place in the document."""
    text = _JARGON.sub("", " ".join(f"{problem.header} {problem.detail or ''}".split()))
    places = [place for place in operations.values() if text.startswith(place)]
    place = max(places, key=len, default="")
    text = text.removeprefix(place).strip()
    return f"{place or 'the document'}: openapi-python-client cannot read it: {text}"


def endpoints(data: GeneratorData) -> list[Endpoint]:
    """Every endpoint, tag by tag."""
    groups = data.endpoint_collections_by_tag.values()
    return [endpoint for group in groups for endpoint in group.endpoints]


def members(model: ModelProperty) -> list[PropertyProtocol]:
    """Every member of a model."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def values(model: ModelProperty, prop: PropertyProtocol) -> tuple[Any, ...]:
    """Return the values that a member may have although it has no class of an enum; none: any."""
    found: dict[str, list[Any]] = (model.data.model_extra or {}).get(VALUES, {})
    return tuple(found.get(prop.name.get_untrusted_value(), ()))


def fallback(model: ModelProperty) -> str:
    """Return the tag of the variants that a model stands for; empty: it is no fallback."""
    return str((model.data.model_extra or {}).get(FALLBACK, ""))


def is_extensible(model: ModelProperty) -> bool:
    """Return whether the document speaks of members that a model has no attribute for."""
    stated = model.data.additionalProperties is not None or not members(model)
    return stated and model.additional_properties is not None
