"""What lowering replaced, put back into what upstream has read: names, places, media types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonIdentifier

from codegen.generate.upstream import endpoints, members
from codegen.naming.names import PREFIX, python_name

if TYPE_CHECKING:
    from openapi_python_client.config import Config
    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from codegen.lower import Lowered
    from codegen.naming.member_names import Name


def put_back(data: GeneratorData, lowered: Lowered, config: Config) -> None:
    """Give each operation, parameter, member and body the names that the document has."""
    for model in data.models:
        for prop in members(model):
            key = str(model.class_info.name), prop.name.get_untrusted_value()
            if found := lowered.members.get(key):
                _name(prop, found, config)
    names = {python_name(name): name for name in lowered.operations}
    for endpoint in endpoints(data):
        name = names[str(endpoint.name)]
        endpoint.name = PythonIdentifier(name, PREFIX, skip_snake_case=True)
        for body in endpoint.bodies:
            body.content_type = UntrustedString(lowered.bodies[name])
        _parameters(endpoint, lowered, config)


def _parameters(endpoint: Endpoint, lowered: Lowered, config: Config) -> None:
    for place, prop in [*endpoint.iter_all_parameters()]:
        key = str(endpoint.name), prop.name.get_untrusted_value()
        if name := lowered.parameters.get(key):
            before = str(prop.python_name)
            _name(prop, name, config)
            path = endpoint.path.get_untrusted_value()
            endpoint.path = UntrustedString(
                path.replace(f"{{{before}}}", f"{{{prop.python_name}}}")
            )
            if name.place == "header" and str(place) == "query":
                endpoint.query_parameters.remove(prop)
                endpoint.header_parameters.append(prop)


def _name(prop: PropertyProtocol, name: Name, config: Config) -> None:
    prop.name = UntrustedString(name.wire)
    prop.set_python_name(UntrustedString(name.python), config, skip_snake_case=True)
