"""The parameters of a facade's method: those of the path and the body first, the others by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.generate.dicts import takes_dict

if TYPE_CHECKING:
    from openapi_python_client.parser.properties.protocol import PropertyProtocol

    from codegen.generate.dicts import Dicts
    from codegen.generate.method import Method


def signature(method: Method, dicts: Dicts) -> list[str]:
    """Return the parameters of *method*, as its definition has them."""
    positional = [p.prop for p in method.parameters if p.place == "path"]
    named = [p.prop for p in method.parameters if p.place != "path"]
    found = [_declaration(prop.python_name, prop, dicts) for prop in positional]
    if method.body and method.body.prop:
        found.append(_declaration("body", method.body.prop, dicts))
    if named:
        found.append("*")
    return found + [_declaration(prop.python_name, prop, dicts) for prop in named]


def _declaration(name: str, prop: PropertyProtocol, dicts: Dicts) -> str:
    kind = prop.get_type_string(no_optional=True).as_unembedded_code()
    if takes_dict(prop):
        kind = dicts.type_of(prop, "_dicts.")
    return f"{name}: {kind}" if prop.required else f"{name}: {kind} | Unset = UNSET"
