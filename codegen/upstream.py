"""What openapi-python-client has read of a document, and what it could not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.union import UnionProperty

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
    place = next((place for place in operations.values() if text.startswith(place)), "")
    text = text.removeprefix(place).strip()
    return f"{place or 'the document'}: openapi-python-client cannot read it: {text}"


def endpoints(data: GeneratorData) -> list[Endpoint]:
    """Every endpoint, tag by tag."""
    groups = data.endpoint_collections_by_tag.values()
    return [endpoint for group in groups for endpoint in group.endpoints]


def members(model: ModelProperty) -> list[PropertyProtocol]:
    """Every member of a model."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def closed_enums(data: GeneratorData) -> set[str]:
    """Return the enums that distinguish variants of a ``oneOf``, and so must not be open."""
    models = {model.class_info.name: model for model in data.models}
    closed: set[str] = set()
    for union in _unions(data):
        kinds: dict[str, set[str]] = {}
        for variant in union.inner_properties:
            if isinstance(variant, ModelProperty):
                for prop in members(models[variant.class_info.name]):
                    if isinstance(prop, EnumProperty):
                        kinds.setdefault(prop.python_name, set()).add(prop.class_info.name)
        closed |= {name for names in kinds.values() if len(names) > 1 for name in names}
    return closed


def _unions(data: GeneratorData) -> Iterator[UnionProperty]:
    for model in data.models:
        for prop in members(model):
            yield from _nested(prop)
    for endpoint in endpoints(data):
        for response in endpoint.responses:
            yield from _nested(response.prop)


def _nested(prop: PropertyProtocol) -> Iterator[UnionProperty]:
    if isinstance(prop, UnionProperty):
        yield prop
        for inner in prop.inner_properties:
            yield from _nested(inner)
    if isinstance(prop, ListProperty):
        yield from _nested(prop.inner_property)
