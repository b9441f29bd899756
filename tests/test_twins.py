"""Synchronous and asynchronous twins have the same code."""

from __future__ import annotations

import ast
import inspect
import re
from typing import Any

import pytest

from persium_ext import AsyncPersium, Persium, auth
from persium_ext._calls.async_executor import AsyncExecutor
from persium_ext._calls.download import AsyncDownloadExecutor, DownloadExecutor
from persium_ext._calls.executor import Executor
from persium_ext._http import event_hooks


def _without_a(name: re.Match[str]) -> str:
    return name[1].replace("a", "") + name[2]


WORDS: list[tuple[str, Any]] = [
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bawaited=True\b", "awaited=False"),
    (r"\bAwaitable\[([\w |]+)\]", r"\1"),
    (r"\bAsync(\w+)", r"\1"),
    (r"\basync_(\w+)", r"\1"),
    (r"\b_async\b", "_sync"),
    (r"\b_async_(\w+)", r"_\1"),
    (r"\bsync_auth_flow\b", "auth_flow"),
    (r"\bTaskBackend\b", "ThreadBackend"),
    (r"\b(a|__a)(read|close|enter__|exit__)\b", _without_a),
    (r"_clients\[1\]", "_clients[0]"),
    (
        r"Generator\[httpx.Request, httpx.Response, None\]",
        "Generator[httpx.Request, httpx.Response]",
    ),
]


def spoken(source: str) -> str:
    """Return the code of *source* without ``async``, ``await`` and docstrings."""
    tree = ast.parse(inspect.cleandoc("\n" + source))
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    code = ast.unparse(tree)
    for pattern, replacement in WORDS:
        code = re.sub(pattern, replacement, code)
    return code


@pytest.mark.parametrize(
    ("blocking", "awaiting"),
    [
        pytest.param(
            event_hooks.with_checked_hooks, event_hooks.async_with_checked_hooks, id="event hooks"
        ),
        pytest.param(Executor, AsyncExecutor, id="executor"),
        pytest.param(DownloadExecutor, AsyncDownloadExecutor, id="executor of downloads"),
        pytest.param(Persium, AsyncPersium, id="client"),
        pytest.param(
            auth.PersiumAuth.sync_auth_flow, auth.PersiumAuth.async_auth_flow, id="auth flow"
        ),
    ],
)
def test_twins(blocking: Any, awaiting: Any) -> None:
    """Twins differ in ``async`` and ``await``, and in the names that follow from them."""
    assert spoken(inspect.getsource(awaiting)) == spoken(inspect.getsource(blocking))


def test_a_difference_would_be_seen() -> None:
    """The comparison finds a difference."""
    one = "async def f(self):\n    return await self.g(1)"
    two = "def f(self):\n    return self.g(2)"

    assert spoken(one) == "def f(self):\n    return self.g(1)"
    assert spoken(one) != spoken(two)
