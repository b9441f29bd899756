"""The table of the options of ``Persium``, from its docstring and its signature."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Final

from attrs import has

ARGUMENT: Final = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
VARIABLE: Final = re.compile(r"``([A-Z]+(?:_[A-Z]+)+)``")
UNITS: Final = {"Seconds": "seconds", "Bytes": "bytes"}
"""What the first word of a description says of the unit."""


def described(function: Callable[..., object]) -> dict[str, str]:
    """Return the text of each argument in the docstring of *function* (``Args:``)."""
    section = inspect.getdoc(function) or ""
    section = section.partition("\nArgs:\n")[2].partition("\n\n")[0]
    return {name: " ".join(text.split()) for name, text in ARGUMENT.findall(section)}


def rows(function: Callable[..., object]) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, default, unit, environment variables and meaning of each argument."""
    texts = described(function)
    for name, parameter in inspect.signature(function).parameters.items():
        text = texts[name]
        variables = ", ".join(f"`{variable}`" for variable in VARIABLE.findall(text))
        yield (
            f"`{name}`",
            f"`{shown(parameter.default)}`",
            UNITS.get(text.split()[0], ""),
            variables,
            text.replace("``", "`"),
        )


def shown(default: object) -> str:
    """Return Python code for *default*, the shortest that is easy to read."""
    kind = type(default)
    if kind is int:
        return f"{default:_}"
    return f"{kind.__name__}()" if has(kind) and default == kind() else repr(default)


def table(function: Callable[..., object]) -> str:
    """Return the table in Markdown."""
    lines = [("argument", "default", "unit", "environment", "meaning"), ("---",) * 5]
    return "".join(f"| {' | '.join(line)} |\n" for line in [*lines, *rows(function)])
