"""How OpenAPI 3.0 writes parameters: its styles, which are RFC 6570 for most of them.

Where the specification leaves it open (null, empty lists, lists in objects), each usual way is
allowed: a function returns every result that is right.
"""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from codegen.prove.fit import instant
from codegen.prove.json_values import is_list, is_object

if TYPE_CHECKING:
    from codegen.read.document import Node

Pairs = list[tuple[str, str]]
_DELIMITERS: Final = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_RESERVED: Final = re.compile("%(21|24|27|28|29|2A|2F|3A|3B|3D|3F|40)", re.IGNORECASE)
_DEFAULTS: Final = {"query": "form", "path": "simple", "header": "simple"}


def text(value: object) -> str:
    """Return a value without parts as text; JSON if it has parts."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def json_text(value: object) -> str:
    """Return a value as the JSON that a parameter has which is described by its content."""
    return json.dumps(value, ensure_ascii=False)


def style_of(parameter: Node) -> tuple[str, bool]:
    """Return the style of a parameter, and whether it is exploded; of JSON it is ``json``."""
    style = parameter.get("style", _DEFAULTS[parameter["in"]])
    return style, parameter.get("explode", style == "form")


def query(name: str, value: Any, style: str, *, explode: bool) -> list[Pairs]:  # noqa: ANN401  # JSON
    """Return the pairs that a query or a form may have for a value."""
    if value is None:
        return [[], [(name, "")], [(name, "null")]]
    if style == "json":
        return [[(name, json_text(value))]]
    if is_object(value) and style == "deepObject":
        return _members(value, f"{name}[", "]")
    if is_object(value) and explode:
        return _members(value, "", "")
    if (is_list(value) or is_object(value)) and not value:
        return [[], [(name, "")]]
    if is_list(value) and explode:
        return [[(name, text(item)) for item in value]]
    if is_list(value) or is_object(value):
        return [[(name, _joined(value, _DELIMITERS.get(style, ",")))]]
    return [[(name, text(value))]]


def _members(value: dict[str, Any], before: str, after: str) -> list[Pairs]:
    found: list[Pairs] = [[]]
    for member, inner in value.items():
        name = f"{before}{member}{after}"
        ways = query(name, inner, "form", explode=True)
        if is_list(inner):
            items = [text(item) for item in inner]
            ways += [[(f"{name}[]", item) for item in items], [(name, ",".join(items))]]
            ways += [[(f"{name}[{index}]", item) for index, item in enumerate(items)]]
        if is_object(inner):
            ways = [*_members(inner, f"{name}[", "]"), [(name, text(inner))]]
        found = [[*pairs, *way] for pairs in found for way in ways][:64]
    return found


def path(name: str, value: Any, style: str, *, explode: bool) -> str:  # noqa: ANN401  # JSON
    """Return the text of a path parameter, not percent-encoded."""
    start, between = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}[style]
    if style == "matrix":
        return _matrix(name, value, explode=explode)
    if is_list(value) or is_object(value):
        return start + _joined(
            value, between if explode or style == "simple" else ",", explode=explode
        )
    return start + text(value)


def _matrix(name: str, value: Any, *, explode: bool) -> str:  # noqa: ANN401  # JSON
    if is_object(value) and explode:
        return "".join(f";{member}={text(inner)}" for member, inner in value.items())
    if is_list(value) and explode:
        return "".join(f";{name}={text(item)}" for item in value)
    return f";{name}={_joined(value, ',') if (is_list(value) or is_object(value)) else text(value)}"


def header(value: Any, *, explode: bool) -> str:  # noqa: ANN401  # JSON
    """Return the value of a header field."""
    return (
        _joined(value, ",", explode=explode)
        if (is_list(value) or is_object(value))
        else text(value)
    )


def _joined(value: list[Any] | dict[str, Any], delimiter: str, *, explode: bool = False) -> str:
    if not is_object(value):
        return delimiter.join(map(text, value))
    between = "=" if explode else delimiter
    return delimiter.join(f"{name}{between}{text(inner)}" for name, inner in value.items())


def same_text(want: str, seen: str) -> bool:
    """Compare two texts, those that name points in time as such."""
    if want == seen:
        return True
    if "," in want and instant(want.split(",", maxsplit=1)[0]):
        wants, seens = want.split(","), seen.replace(", ", ",").split(",")
        return len(wants) == len(seens) and all(map(same_text, wants, seens))
    moment = instant(want)
    return moment is not None and moment in {instant(seen.upper()), _http_date(seen)}


def _http_date(seen: str) -> object:
    try:
        return parsedate_to_datetime(seen)
    except ValueError:
        return None


def same_pairs(want: Pairs, seen: Pairs) -> bool:
    """Compare pairs; the order counts within one name only."""
    if len(want) != len(seen) or {name for name, _ in want} != {name for name, _ in seen}:
        return False
    return all(
        same_text(one[1], other[1])
        for one, other in zip(sorted(want, key=_name), sorted(seen, key=_name), strict=True)
    )


def _name(pair: tuple[str, str]) -> str:
    return pair[0]


def encoded(raw: str, names: set[str]) -> str:
    """Return the first reserved character that the pairs of *names* have percent-encoded.

    Those are left out that a query can't have (``#[]``), or only with another meaning (``&+``), and
    the comma between items.
    """
    for pair in raw.split("&"):
        name, _, written = pair.partition("=")
        if unquote(name) in names and (found := _RESERVED.search(written)):
            return found[0]
    return ""


def same_path(want: str, template: str, seen: str) -> bool:
    """Compare a path with the *seen*, raw one; *want* is percent-encoded, segment by segment."""
    wants, seens = want.split("/"), seen.split("/")
    return len(template.split("/")) == len(wants) == len(seens) and all(
        same_text(unquote(one), unquote(other)) for one, other in zip(wants, seens, strict=True)
    )
