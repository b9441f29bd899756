"""Names of members and parameters in Python that leave upstream's modules right."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from attrs import frozen
from openapi_python_client.strings import PythonIdentifier

from codegen.naming.names import PREFIX, python_name
from codegen.read.places import mapping_of, mappings, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from codegen.read.document import Document, Node


@frozen
class Name:
    """The names of a parameter or member: on the wire and in Python; *place* of a parameter."""

    wire: str
    python: str
    place: str = ""


_IN_MODELS: Final = frozenset(
    {
        *("UNSET", "Unset", "additional_keys", "additional_properties", "additional_property"),
        *("cast", "cls", "d", "field_dict", "files", "from_dict", "prop", "prop_dict", "prop_name"),
        *("src_dict", "to_dict", "to_multipart"),
    }
)
_IN_CALLS: Final = frozenset(
    {
        *("UNSET", "Unset", "asyncio_detailed", "body", "cast", "client", "cookies", "errors"),
        *("headers", "httpx", "kwargs", "params", "quote", "response", "self", "sync_detailed"),
        *("url",),
    }
)


def member_names(
    chosen: Mapping[str, str | None], schemas: Mapping[str, Node], class_name: str
) -> dict[str, Name]:
    """Return the names of members that upstream would name wrongly, by a stand-in.

    *chosen* has each member's ``x-python-name``. A list beside a member that is named like its
    item gets a stand-in too: upstream has a local name for the item.
    """
    taken = _IN_MODELS | {python_name(class_name)}
    names = _distinct([(wire, chosen[wire]) for wire in chosen], taken)
    found: dict[str, Name] = {}
    for i, (wire, name) in enumerate(zip(chosen, names, strict=True)):
        clobbers = _has_list(schemas[wire]) and any(n.startswith(f"{name}_item") for n in names)
        if name != python_name(wire) or clobbers:
            found[f"member_{i}_renamed"] = Name(wire, name)
    return found


def parameter_names(parameters: Iterable[Node]) -> list[str]:
    """Return the names of *parameters* in Python; their place tells apart those of one name."""
    stated = [(each["name"], each["in"], each.get("x-python-name")) for each in parameters]
    places: dict[str, set[str]] = {}
    for name, place, _ in stated:
        places.setdefault(python_name(name), set()).add(place)
    wanted = [
        (
            name,
            chosen
            or (f"{python_name(name)}_{place}" if len(places[python_name(name)]) > 1 else None),
        )
        for name, place, chosen in stated
    ]
    jsons = {f"json_{python_name(name)}" for name, _, _ in stated}
    return _distinct(wanted, _IN_CALLS | jsons)


def complaints(document: Document) -> Iterator[str]:
    """Yield members and parameters without letters that would have one name in Python."""
    for place, found in mappings(document.data):
        if members := mapping_of(found.get("properties")):
            yield from (f"{words(place)}: members {each}" for each in _nameless(members.items()))
    for operation in document.operations():
        named = [(each["name"], each) for each in document.parameters(operation)]
        yield from (f"{operation.where}: parameters {each}" for each in _nameless(named))


def _nameless(described: Iterable[tuple[str, Node]]) -> Iterator[str]:
    """Yield names that Python has no letter for, and that become equal."""
    alike: dict[str, list[str]] = {}
    for name, each in described:
        if not each.get("x-python-name"):
            alike.setdefault(python_name(name), []).append(name)
    for python, names in alike.items():
        if len(names) > 1 and not python.removeprefix(PREFIX).strip("0123456789"):
            listed = ", ".join(map(repr, names))
            yield f"{listed}: all become {python} in Python: add x-python-name to all but one"


def _distinct(wanted: list[tuple[str, str | None]], taken: frozenset[str] | set[str]) -> list[str]:
    """Return a name for each wire name: the chosen one, else upstream's, else one beside it.

    Chosen names, and wire names that are names of Python, come first, then those that need an
    underscore: ``ids`` before ``ids[]``, and ``type`` before ``@type`` (both are ``type_``).
    """
    plain = [_identifier(chosen) if chosen else python_name(wire) for wire, chosen in wanted]
    often = Counter(plain)
    names: dict[int, str] = {}
    ranks = [
        0 if chosen or wire == name else 1 if f"{wire}_" == name else 2
        for name, (wire, chosen) in zip(plain, wanted, strict=True)
    ]
    for i in sorted(range(len(wanted)), key=ranks.__getitem__):
        name, (wire, chosen) = plain[i], wanted[i]
        own = _identifier(wire) if often[name] > 1 and not chosen else name
        own = own if own not in taken else f"{own}_"
        number = 2
        while own in names.values() or own in taken:
            own, number = f"{own.rstrip('0123456789')}{number}", number + 1
        names[i] = own
    return [names[i] for i in range(len(wanted))]


def _identifier(name: str) -> str:
    return str(PythonIdentifier(name, PREFIX, skip_snake_case=True))


def _has_list(schema: Node) -> bool:
    return schema.get("type") == "array" or any(map(_has_list, schema.get("oneOf", [])))
