"""The schemas that upstream parsed, as expressions of the facade's ``_schema`` module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty
from openapi_python_client.schema.untrusted_string import UntrustedString

if TYPE_CHECKING:
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

_SCALARS: Final[dict[type, str]] = {
    AnyProperty: "_s.ANY",
    BooleanProperty: "_s.BOOLEAN",
    DateProperty: "_s.DATE",
    DateTimeProperty: "_s.DATE_TIME",
    FileProperty: "_s.BINARY",
    FloatProperty: "_s.NUMBER",
    IntProperty: "_s.INTEGER",
    NoneProperty: "_s.NULL",
    StringProperty: "_s.TEXT",
    UuidProperty: "_s.UUID",
}


def table(prop: PropertyProtocol, models: str = "") -> str:
    """Return the expression for *prop*; *models* precedes the name of a model."""
    match prop:
        case ListProperty():
            return f"_s.Array({table(prop.inner_property, models)})"
        case UnionProperty():
            variants = "".join(f"{table(inner, models)}, " for inner in prop.inner_properties)
            return f"_s.OneOf(({variants}))"
        case ModelProperty():
            return f"{models}{prop.class_info.name}"
        case EnumProperty():
            return f"_s.Choice(_models.{prop.class_info.name})"
        case _:
            return _SCALARS[type(prop)]


def literal(value: object) -> str:
    """Return *value* as a literal of Python; text from the document stays text."""
    if isinstance(value, UntrustedString):
        value = value.get_untrusted_value()
    return ascii(str(value) if isinstance(value, str) else value)
