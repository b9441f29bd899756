"""Public names and signatures: what programs of users rely on.

A line of ``public_names.txt`` that changes or goes breaks a user's program, and needs a new major
version; new lines may be added.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from persium_api.facade import Api, AsyncApi

import persium_ext
from persium_ext import ApiStatusError, errors, hooks, otel, sandbox, settings, testing
from persium_ext.cli import exit_codes

PROMISED = Path(__file__).with_name("public_names.txt")
OWN = [
    persium_ext.Persium,
    persium_ext.AsyncPersium,
    persium_ext.PersiumAuth,
    persium_ext.RetryPolicy,
    persium_ext.AccessToken,
    persium_ext.Response,
    persium_ext.Typed,
    persium_ext.Download,
    persium_ext.Hooks,
    persium_ext.CallEvent,
    persium_ext.RetryEvent,
    persium_ext.TokenEvent,
    hooks.CallStart,
    otel.OpenTelemetryHooks,
    settings.Settings,
    sandbox.Exchange,
    sandbox.Sandbox,
    sandbox.SandboxClient,
    exit_codes.ExitCode,
    *(found for found in vars(errors).values() if isinstance(found, type)),
]


STARS = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
ELSEWHERE = {name for kind in (Exception, IntEnum, Api, AsyncApi) for name in dir(kind)}
"""Members of the interpreter's classes, and of the API, which grows."""


def signature(function: Any) -> str:
    """The names, kinds and optionality of parameters; annotations may grow."""
    parameters = inspect.signature(function).parameters.values()
    shown: list[str] = []
    for parameter in parameters:
        star = STARS.get(str(parameter.kind.name), "")
        only = ":keyword" if parameter.kind is parameter.KEYWORD_ONLY else ""
        optional = "?" if parameter.default is not parameter.empty else ""
        shown.append(f"{star}{parameter.name}{optional}{only}")
    return f"({', '.join(shown)})"


def names_of(kind: type) -> Iterator[str]:
    """A line for the class itself, and one for each public member of its own."""
    yield kind.__name__ + (signature(kind) if not issubclass(kind, IntEnum) else "")
    for name in sorted(set(dir(kind)) - ELSEWHERE):
        if name.startswith("_"):
            continue
        member = inspect.getattr_static(kind, name)
        function = getattr(member, "__func__", member)
        yield f"{kind.__name__}.{name}{signature(function) if callable(function) else ''}"


def public_names() -> set[str]:
    """The lines of this version."""
    functions = (getattr(testing, name) for name in testing.__all__)
    return {line for kind in OWN for line in names_of(kind)} | {
        each.__name__ + signature(each) for each in functions
    }


def test_promised_names() -> None:
    """No promised name is missing, and none has other arguments."""
    assert set(PROMISED.read_text().splitlines()) - public_names() == set()


@pytest.mark.parametrize("kind", OWN)
def test_annotations_can_be_resolved(kind: type) -> None:
    """Containers and documentation tools find the types of every argument and result.

    The body of an error is left out: its model is imported when it is read.
    """
    for name, member in inspect.getmembers(kind):
        body_of_error = name == "body" and issubclass(kind, ApiStatusError)
        if (name == "__init__" or not name.startswith("_")) and not body_of_error:
            function = getattr(member, "fget", None) or getattr(member, "func", member)
            hints = get_type_hints(function) if inspect.isroutine(function) else {}
            assert hints.keys() >= getattr(function, "__annotations__", {}).keys()


def test_a_change_would_be_seen() -> None:
    """An argument that is missing, renamed or no longer optional changes the line."""

    def one(a: int, *, b: int = 1) -> int:
        return a + b

    def two(a: int, *, b: int) -> int:
        return a + b

    assert signature(one) == "(a, b?:keyword)"
    assert signature(two) == "(a, b:keyword)"
