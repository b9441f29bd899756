"""The small changes of a module: mutmut's operators, applied to everything that runs.

mutmut itself changes function bodies only, and none that is decorated: constants, fields of attrs
classes and properties, a good part of the token policy, would go untested.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import libcst as cst
from attrs import frozen
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

_NOT_RUN: Final = (cst.Annotation, cst.Decorator)
_CRASHES: Final = {"isinstance", "len"}
"""A change of their arguments is a TypeError, which proves nothing."""

_EMPTY: Final = cst.Module([])


@frozen(kw_only=True)
class Mutant:
    """One change of one module.

    Attributes:
        module: Its name in the package.
        name: ``module function: old lines → new lines``; it holds when lines move.
        lines: Of the statement that is changed.
        function: Lines of the function around it; none at the level of the module.
        source: The module with the change.
    """

    module: str
    name: str
    lines: range
    function: range
    source: str


@frozen
class _Change:
    where: str
    span: range
    code: str
    lines: range
    function: range


def mutants_of(module: str, path: Path) -> Iterator[Mutant]:
    """Each change of the module at *path* that compiles and says something else."""
    content = path.read_bytes()
    text = content.decode()
    wrapper = MetadataWrapper(cst.parse_module(text))
    visitor = _Visitor()
    wrapper.visit(visitor)
    seen, names = {"", _meaning(text)}, Counter[str]()
    for change in visitor.changes:
        source = _replaced(content, change)
        meaning = _meaning(source)
        if meaning in seen:
            continue
        seen.add(meaning)
        name = f"{module} {change.where}: {_difference(text, source)}"
        names[name] += 1
        if names[name] > 1:
            name += f" ({names[name]})"
        yield Mutant(
            module=module, name=name, lines=change.lines, function=change.function, source=source
        )


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider, ByteSpanPositionProvider)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[_Change] = []
        self._names: list[str] = []
        self._functions: list[range] = []
        self._statement = range(0)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _NOT_RUN) or _crashes(node):
            return False
        lines = self._lines(node)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        if isinstance(node, cst.FunctionDef):
            self._functions.append(lines)
        if isinstance(node, cst.SimpleStatementLine):
            self._statement = lines
        elif isinstance(node, cst.BaseCompoundStatement):
            self._statement = range(lines.start, self._lines(node.body).start)
        for new in _changed(node):
            function = self._functions[0] if self._functions else range(0)
            where = ".".join(self._names) or "module"
            code = _code(new)
            self.changes.append(_Change(where, self._span(node), code, self._statement, function))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()
        if isinstance(original_node, cst.FunctionDef):
            self._functions.pop()

    def _lines(self, node: cst.CSTNode) -> range:
        place = self.get_metadata(PositionProvider, node, None)
        return range(place.start.line, place.end.line + 1) if place else range(0)

    def _span(self, node: cst.CSTNode) -> range:
        span: CodeSpan = self.get_metadata(ByteSpanPositionProvider, node, CodeSpan(0, 0))
        return range(span.start, span.start + span.length)


def _changed(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)


def _code(node: cst.CSTNode) -> str:
    if isinstance(node, cst.BaseExpression):
        node = node.with_changes(lpar=(), rpar=())  # they are not in its span
    return _EMPTY.code_for_node(node).strip()


def _crashes(node: cst.CSTNode) -> bool:
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and node.func.value in _CRASHES
    )


def _replaced(content: bytes, change: _Change) -> str:
    before, after = content[: change.span.start], content[change.span.stop :]
    old = content[change.span.start : change.span.stop]
    code = change.code.encode()
    if old != old.lstrip():  # an operator comes with the space around it
        code = b" " + code
    return (before + code + after).decode()


def _meaning(source: str) -> str:
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:
        return ""


def _difference(old: str, new: str) -> str:
    before, after = ([line.strip() for line in text.splitlines()] for text in (old, new))
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return " → ".join(" ".join(lines) for lines in (before, after))
