"""Each string of a document, code that an attacker would write there, and the check for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, cast

Document = dict[str, Any]
Place = tuple[object, ...]

CANARY: Final = "__pwned__"
"""The generator makes no such name from a string: it removes underscores."""
PAYLOADS: Final = (
    f'"""\n{CANARY}()\n"""',
    f"'''\n{CANARY}()\n'''",
    f'")\n{CANARY}()\n#',
    f"')\n{CANARY}()\n#",
    f'"+{CANARY}()+"',
    f"'+{CANARY}()+'",
    f"x: {CANARY} = {CANARY}()",
    f"x = {CANARY}()\nimport {CANARY}",
    f"{{{CANARY}()}}",
    f"{{x!r:{{{CANARY}()}}}}",
    f"{{{{ {CANARY}() }}}}{{% set x = {CANARY}() %}}",
    f"\\\n{CANARY}()\\",
    f'\\"""\n{CANARY}()\n#\\N{{{CANARY}}}\\x\\u12',
    f"\r{CANARY}()\x0c{CANARY}()\u2028{CANARY}()\x85{CANARY}()\x00",
    f"]\n{CANARY}()\n[",
    f"../../../{CANARY}",
    f"{CANARY}.{CANARY}",
    f"{CANARY}",
    f"$({CANARY})`{CANARY}`;{CANARY}",
    f"a b,{CANARY}=1):\n    {CANARY}()\n#",
)


def fuller(document: Document) -> Document:
    """Add to the grown document what it does not use: defaults, formats, servers, extensions."""
    found = deepcopy(document)
    found["servers"][0] |= {"description": "d", "variables": {"v": {"default": "d", "enum": ["d"]}}}
    found["x-words"] = {"x": ["y"]}
    found["externalDocs"] = {"url": "https://docs.example", "description": "d"}
    found["info"] |= {"description": "d", "contact": {"name": "n"}, "license": {"name": "MIT"}}
    scheme = found["components"]["securitySchemes"]["oauth2"]
    scheme |= {"description": "d"}
    scheme["flows"]["clientCredentials"]["scopes"] = {"read": "d"}
    listing = found["paths"]["/widgets"]["get"]
    listing["x-more"] = "words"
    listing["externalDocs"] = {"url": "https://docs.example"}
    listing["parameters"] += [
        {"name": "words", "in": "query", "schema": {"type": "string", "default": "d"}},
        {"name": "since", "in": "query", "schema": _text("date", default="2026-01-02")},
        {"name": "kind", "in": "query", "schema": _text("x", enum=["a"], default="a")},
        {"name": "X-Words", "in": "header", "example": "e", "schema": _text("password")},
    ]
    listing["responses"]["200"]["headers"] = {
        "X-Count": {"description": "d", "schema": {"type": "integer"}}
    }
    schemas = found["components"]["schemas"]
    schemas["Widget"] |= {"title": "title", "description": "d", "x-words": "w"}
    schemas["Widget"]["properties"] |= {
        "words": {"type": "string", "default": "d", "pattern": "^d$", "description": "d"},
        "when": _text("date-time", default="2026-01-02T03:04:05Z"),
        "code": {"type": "string", "format": "uuid", "title": "title"},
        "inner": {"type": "object", "title": "title", "properties": {"deep": {"type": "string"}}},
        "more": {"type": "object", "additionalProperties": {"type": "string"}},
        "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    }
    schemas["Event"]["discriminator"] = {
        "propertyName": "kind",
        "mapping": {"painted": "#/components/schemas/Painted"},
    }
    return found


def _text(form: str, **more: object) -> Document:
    return {"type": "string", "format": form, **more}


def places(found: object, place: Place = ()) -> Iterator[tuple[Place, bool]]:
    """Yield the place of every string of a document; True: it is the key itself."""
    if isinstance(found, dict):
        for key, value in cast("dict[str, object]", found).items():
            yield (*place, key), True
            yield from places(value, (*place, key))
    elif isinstance(found, list):
        for index, value in enumerate(cast("list[object]", found)):
            yield from places(value, (*place, index))
    elif isinstance(found, str):
        yield place, False


def injected(document: Document, place: Place, payload: str, *, key: bool) -> Document:
    """Return a copy with *payload* as the value, or as the key, at *place*."""
    copy = deepcopy(document)
    node: Any = copy
    for step in place[:-1]:
        node = node[step]
    if key:
        items = [(payload if name == place[-1] else name, value) for name, value in node.items()]
        node.clear()
        node.update(items)
    else:
        node[place[-1]] = payload
    return copy


def verdict(package: Path) -> list[str]:
    """Return what in *package* is code, or a file name, from the document."""
    found: list[str] = []
    for path in package.rglob("*"):
        name = path.relative_to(package).as_posix()
        if not re.fullmatch(r"[a-z0-9_/]+(\.py|\.typed|\.json|\.yaml)?", name):
            found.append(f"a file called {name!r}")
        if path.suffix == ".py":
            tree = ast.parse(path.read_bytes())
            found += [f"{name}:{what}" for node in ast.walk(tree) for what in _code_of(node)]
    return found


def _code_of(node: ast.AST) -> Iterator[str]:
    """Yield what of *node* itself is the canary as code."""
    for field, value in ast.iter_fields(node):
        values = value if isinstance(value, list) else [value]
        if not isinstance(node, ast.Constant) and CANARY in values:
            yield f"{getattr(node, 'lineno', 0)}: {type(node).__name__}.{field}"
    for field in ("annotation", "returns"):
        for text in _texts(getattr(node, field, None)):  # get_type_hints would run it
            if CANARY in text:
                yield f"{getattr(node, 'lineno', 0)}: {field} {text!r}"


def _texts(node: ast.AST | None) -> Iterator[str]:
    """Yield the strings of an annotation, but for those of ``Literal``, which are data."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if node is None or (isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"):
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)
