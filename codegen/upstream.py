"""Faults that only upstream's parser finds: parts that it omits, and names that clash."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from openapi_python_client.parser.bodies import BodyType
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.errors import GeneratorError
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

# Names that upstream's modules import: a model of that name would hide them.
_IMPORTED: Final[frozenset[str]] = frozenset(
    {
        "Any",
        "AuthenticatedClient",
        "BinaryIO",
        "BytesIO",
        "Client",
        "File",
        "FileTypes",
        "Generator",
        "HTTPStatus",
        "Literal",
        "Mapping",
        "RequestFiles",
        "Response",
        "T",
        "TYPE_CHECKING",
        "TextIO",
        "TypeVar",
        "UNSET",
        "UUID",
        "Unset",
    }
)
_MEMBERS: Final = frozenset({"additional_keys", "additional_properties", "from_dict", "to_dict"})


def complaints(data: GeneratorData) -> Iterator[str]:
    """Yield what upstream omits or would generate wrongly."""
    for problem in _problems(data):
        yield words(problem)
    yield from _models(data)
    for endpoint in endpoints(data):
        for complaint in [*_bodies(endpoint), *_responses(endpoint)]:
            yield f"{where(endpoint)}: {complaint}"


def words(problem: GeneratorError) -> str:
    """Return upstream's error in one line."""
    return " ".join(f"{problem.header} {problem.detail or ''}".split())


def where(endpoint: Endpoint) -> str:
    """Return method and path: ``GET /me``."""
    return f"{endpoint.method.upper()} {endpoint.path.get_untrusted_value()}"


def endpoints(data: GeneratorData) -> list[Endpoint]:
    """Every endpoint, tag by tag."""
    groups = data.endpoint_collections_by_tag.values()
    return [endpoint for group in groups for endpoint in group.endpoints]


def members(model: ModelProperty) -> list[PropertyProtocol]:
    """Every member of a model."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def _problems(data: GeneratorData) -> Iterator[GeneratorError]:
    for group in data.endpoint_collections_by_tag.values():
        yield from group.parse_errors
    yield from data.errors


def _models(data: GeneratorData) -> Iterator[str]:
    classes = [prop.class_info for prop in [*data.models, *data.enums]]
    modules = Counter(found.module_name for found in classes)
    for found in classes:
        if found.name in _IMPORTED:
            yield f"schema {found.name}: hides a name of the generated code: choose another"
        if modules[found.module_name] > 1:
            yield f"schema {found.name}: shares the module {found.module_name}: choose another name"
    for model in data.models:
        for prop in members(model):
            if prop.python_name in _MEMBERS:
                name = f"{model.class_info.name}.{prop.python_name}"
                yield f"schema {name}: hides a method of every model: choose another name"
    for place, union in _unions(data):
        inner = [prop for prop in union.inner_properties if isinstance(prop, EnumProperty)]
        enums = {frozenset(prop.values.values()) for prop in inner}
        if len(enums) > 1:
            yield f"{place}: a value may belong to any of {len(enums)} enums: combine them"


def _bodies(endpoint: Endpoint) -> Iterator[str]:
    needed: dict[BodyType, type[object]] = {
        BodyType.DATA: ModelProperty,
        BodyType.FILES: ModelProperty,
        BodyType.CONTENT: FileProperty,
    }
    for body in endpoint.bodies:
        if not isinstance(body.prop, needed.get(body.body_type, object)):
            yield "request body: a form is an object; bytes are `type: string, format: binary`"


def _responses(endpoint: Endpoint) -> Iterator[str]:
    needed: dict[str, type[object]] = {
        "response.content": FileProperty,
        "response.text": StringProperty,
    }
    for response in endpoint.responses:
        status, source = response.status_code.pattern, response.source["attribute"]
        is_file = isinstance(response.prop, FileProperty)
        if not isinstance(response.prop, needed.get(source, object)):
            yield f"response {status}: text is `type: string`, bytes are `format: binary` too"
        elif is_file and source == "response.json()":
            yield f"response {status}: bytes in JSON: use application/octet-stream"


def _unions(data: GeneratorData) -> Iterator[tuple[str, UnionProperty]]:
    for model in data.models:
        for prop in members(model):
            place = f"schema {model.class_info.name}.{prop.name.get_untrusted_value()}"
            yield from ((place, union) for union in _nested(prop))
    for endpoint in endpoints(data):
        for response in endpoint.responses:
            place = f"{where(endpoint)}: response {response.status_code.pattern}"
            yield from ((place, union) for union in _nested(response.prop))


def _nested(prop: PropertyProtocol) -> Iterator[UnionProperty]:
    if isinstance(prop, UnionProperty):
        yield prop
        for inner in prop.inner_properties:
            yield from _nested(inner)
    if isinstance(prop, ListProperty):
        yield from _nested(prop.inner_property)
