"""Types of the dicts that may stand for request models: a ``TypedDict`` for each model.

A member has its name in JSON, and the types that the encoder of ``persium_ext`` takes for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from codegen.generate.schemas import literal
from codegen.generate.upstream import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_python_client.parser.properties.protocol import PropertyProtocol

_SCALARS: Final[dict[type, tuple[str, ...]]] = {
    AnyProperty: ("_t.Any",),
    DateProperty: ("_dt.date", "str"),
    DateTimeProperty: ("_dt.datetime", "str"),
    FileProperty: ("_types.File", "bytes"),
    UuidProperty: ("_uuid.UUID", "str"),
}
"""The types of scalars that are not those of the model alone."""


def takes_dict(prop: PropertyProtocol) -> bool:
    """Return whether a dict may stand for *prop*, or for a part of it."""
    return any(isinstance(leaf, ModelProperty) for leaf in _leaves(prop))


@frozen
class Dicts:
    """The dicts of a package.

    Attributes:
        models: The models that requests have, by name.
        choices: The enums that requests with models have, by name.
        taken: The names of all models.
    """

    models: dict[str, ModelProperty]
    choices: dict[str, EnumProperty]
    taken: frozenset[str]

    @classmethod
    def of(cls, used: Iterable[PropertyProtocol], models: Iterable[ModelProperty]) -> Dicts:
        """Return the dicts of the models that *used* lead to, among all *models*."""
        known = {str(model.class_info.name): model for model in models}
        found: dict[str, ModelProperty] = {}
        choices: dict[str, EnumProperty] = {}
        left = [prop for prop in used if takes_dict(prop)]
        while left:
            for each in _leaves(left.pop()):
                match each:
                    case EnumProperty():
                        choices[str(each.class_info.name)] = each
                    case ModelProperty() if (name := str(each.class_info.name)) not in found:
                        found[name] = known[name]
                        left += _parts(known[name])
                    case _:
                        pass
        return cls(found, choices, frozenset(known))

    @property
    def typed(self) -> dict[str, list[tuple[str, str]]]:
        """The members of each ``TypedDict``: their names in JSON, and their types."""
        return {
            self._name(name): [(literal(p.name), self._member(p)) for p in members(model)]
            for name, model in sorted(self.models.items())
            if members(model)
        }

    @property
    def enums(self) -> dict[str, str]:
        """The types of enums, by the names that they have in the module."""
        found: dict[str, str] = {}
        for name, enum in sorted(self.choices.items()):
            values = ", ".join(map(literal, enum.values.values()))
            found[f"_{name}"] = f"_models.{name} | _t.Literal[{values}]"
        return found

    def type_of(self, prop: PropertyProtocol, prefix: str = "", trail: tuple[str, ...] = ()) -> str:
        """Return the type of *prop* with dicts in it; *prefix* precedes names of their module.

        *trail* has the models of maps that it is in: a map of itself has values of any type.
        """
        return " | ".join(dict.fromkeys(self._types(prop, prefix, trail)))

    def _types(self, prop: PropertyProtocol, prefix: str, trail: tuple[str, ...]) -> Iterator[str]:
        match prop:
            case UnionProperty():
                for inner in prop.inner_properties:
                    yield from self._types(inner, prefix, trail)
            case ListProperty():
                items = list(self._types(prop.inner_property, prefix, trail))
                # a text is a Sequence of texts, too
                kind = "list" if {"str", "_t.Any"} & {*items} else "_abc.Sequence"
                yield f"{kind}[{' | '.join(dict.fromkeys(items))}]"
            case ModelProperty():
                name = str(prop.class_info.name)
                yield f"_models.{name}"
                yield self._dict(name, prefix, trail)
            case EnumProperty():
                yield f"{prefix}_{prop.class_info.name}"
            case _:
                own = prop.get_type_string(no_optional=True).as_unembedded_code()
                yield from _SCALARS.get(type(prop), (own,))

    def _dict(self, name: str, prefix: str, trail: tuple[str, ...]) -> str:
        model = self.models[name]
        if members(model):
            return f"{prefix}{self._name(name)}"
        further = model.additional_properties
        if not further or name in trail:
            return f"_abc.Mapping[str, _t.{'Any' if further else 'Never'}]"
        return f"_abc.Mapping[str, {self.type_of(further, prefix, (*trail, name))}]"

    def _member(self, prop: PropertyProtocol) -> str:
        kind = self.type_of(prop)
        return kind if prop.required else f"_t.NotRequired[{kind}]"

    def _name(self, name: str) -> str:
        name = f"{name}Dict"
        return f"{name}_" if name in self.taken else name


def _parts(model: ModelProperty) -> list[PropertyProtocol]:
    further = [model.additional_properties] if model.additional_properties else []
    return [*members(model), *further]


def _leaves(prop: PropertyProtocol) -> Iterator[PropertyProtocol]:
    match prop:
        case UnionProperty():
            for inner in prop.inner_properties:
                yield from _leaves(inner)
        case ListProperty():
            yield from _leaves(prop.inner_property)
        case _:
            yield prop
