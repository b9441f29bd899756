"""A server, calls in three concurrency backends, and tools where a package was generated."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from persium_ext import AsyncPersium, Persium

from .server import Server

ROOT = Path(__file__).resolve().parents[3]
Call = Callable[[Callable[[Any], Any]], Any]
Run = Callable[..., None]


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve for one test."""
    with Server() as server:
        yield server


@pytest.fixture(params=["sync", "asyncio", "trio"])
def call(request: pytest.FixtureRequest, server: Server) -> Call:
    """Return a function that makes one call in each of three concurrency backends."""
    settings: dict[str, Any] = {**server.settings, "share_token": False}

    def call_sync(function: Callable[[Any], Any]) -> Any:
        with Persium(**settings) as api:
            answer = function(api)
            return list(answer) if inspect.isgenerator(answer) else answer

    async def call_async(function: Callable[[Any], Any]) -> Any:
        async with AsyncPersium(**settings) as api:
            answer = function(api)
            if inspect.isasyncgen(answer):
                return [item async for item in answer]
            return await answer

    if request.param == "sync":
        return call_sync
    return lambda function: anyio.run(call_async, function, backend=request.param)


@pytest.fixture
def run() -> Run:
    """Return a function that runs a tool where ``persium_api`` is the package in *folder*."""

    def run_tool(folder: Path, *arguments: str | Path, cwd: Path = ROOT) -> None:
        path = os.pathsep.join([str(folder), str(ROOT)])
        done = subprocess.run(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": path, "MYPYPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run_tool


@pytest.fixture
def run_calls(run: Run) -> Callable[[Path, Path], None]:
    """Return a function that runs the tests in a module with the package in a folder."""
    settings = ["-c", ROOT / "pyproject.toml", "--confcutdir", Path(__file__).parent]

    def run_module(folder: Path, module: Path) -> None:
        run(folder, "pytest", *settings, "-p", "no:cacheprovider", "-q", module)

    return run_module


@pytest.fixture
def run_pyright(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, Path], None]:
    """Return a function that checks a package in a folder, and a program, under strict rules.

    A comment that expects an error is an error where there is none.
    """

    def check(folder: Path, program: Path) -> None:
        place = tmp_path_factory.mktemp("pyright")
        settings = {
            "typeCheckingMode": "strict",
            "enableTypeIgnoreComments": False,
            "reportUnnecessaryTypeIgnoreComment": "error",
            "pythonVersion": "3.11",
            "include": ["consumer.py", "persium_api/facade"],
            "extraPaths": [str(ROOT)],
            "venvPath": str(ROOT),
            "venv": ".venv",
        }
        (place / "pyrightconfig.json").write_text(json.dumps(settings))
        (place / "consumer.py").symlink_to(program)
        (place / "persium_api").symlink_to(folder / "persium_api")
        run(folder, "pyright", "--project", place)

    return check
