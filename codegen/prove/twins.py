"""Classes beside a namespace: their methods take the same arguments, and return what they promise.

Type checkers alone see most of them, so that they are read as text, and nothing of them is called.
"""

from __future__ import annotations

import ast
import sys
from inspect import getsource
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SYNC: Final = "_abc.Iterator["
_ASYNC: Final = "_abc.AsyncIterator["
Function = ast.FunctionDef | ast.AsyncFunctionDef


def problems(space: type) -> Iterator[str]:
    """Yield how the twins of the class *space* differ from it: asynchronous ones, and others."""
    tree = ast.parse(getsource(sys.modules[space.__module__]))
    classes = {
        each.name: _methods(each) for each in ast.walk(tree) if isinstance(each, ast.ClassDef)
    }
    own = classes[space.__name__]
    for prefix in ("", "Async"):
        for end in ("", "WithResponse", "WithDownload"):
            name = f"{prefix}{space.__name__}{end}"
            for method, found in own.items():
                wanted = _signature(found, prefix, end)
                twin = classes.get(name, {}).get(method)
                seen = _shown(twin) if twin else "nothing"
                if wanted and seen != wanted:
                    yield f"{name}.{method}: expected {wanted}, seen {seen}"


def _methods(found: ast.ClassDef) -> dict[str, Function]:
    functions = [each for each in found.body if isinstance(each, Function)]
    return {each.name: each for each in functions if not each.name.startswith("_")}


def _shown(found: Function) -> str:
    result = _returns(found)
    awaited = isinstance(found, ast.AsyncFunctionDef) and not result.startswith(_ASYNC)
    return f"{'async ' * awaited}{ast.unparse(found.args)} -> {result}"


def _returns(found: Function) -> str:
    """Return what *found* returns; a generator is an iterator."""
    stated = ast.unparse(found.returns) if found.returns else ""
    if stated.startswith("_abc.AsyncGenerator["):
        inner = stated.removeprefix("_abc.AsyncGenerator[").removesuffix(", None]")
        return f"{_ASYNC}{inner}]"
    return stated


def _signature(found: Function, prefix: str, end: str) -> str:
    """Return what the twin of *found* takes and returns; empty: it is not in that class."""
    arguments, result = ast.unparse(found.args), _returns(found)
    if result.startswith(_SYNC):
        item, kind = result.removeprefix(_SYNC).removesuffix("]"), _ASYNC if prefix else _SYNC
        wrapped = f"_op.Typed[{item}]" if end else item
        return "" if end == "WithDownload" else f"{arguments} -> {kind}{wrapped}]"
    results = {"": result, "WithResponse": f"_op.Typed[{result}]", "WithDownload": "_op.Download"}
    return f"{'async ' if prefix else ''}{arguments} -> {results[end]}"
