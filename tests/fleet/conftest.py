"""A sandbox that names inputs, engines in the folder of the programs, and the table of models."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from persium_ext.sandbox import FaultSpec, Sandbox
from persium_ext.sandbox.fault_spec import Stage
from persium_ext.sandbox.messages import Request, Response, json_response
from tests.support.engine import Engine, Start, starter

PROGRAMS = Path(__file__).parent / "programs"


def echo(request: Request, response: Response) -> Response:
    """A response of `GET /me` has the input of its call as label."""
    if response.status != 200:
        return response
    return json_response(200, {**json.loads(response.body), "label": request.headers["X-Input"]})


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that names inputs; a call takes so long that a burst reaches all processes."""
    with Sandbox() as running:
        running.api_delay = 0.02
        running.fault(FaultSpec(echo, Stage.RESPONSE), at="getMe")
        yield running


@pytest.fixture
def start(tmp_path: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Start engines, and end them with the test."""
    yield from starter(PROGRAMS, tmp_path, sandbox)


@pytest.fixture
def engine_files(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Where engines keep their files, by a path that is short enough for the sockets of Ray.

    Ray stays on loopback, and sends nothing to its authors.
    """
    link = Path(tempfile.gettempdir()) / f"fleet-{os.getpid()}"
    link.symlink_to(tmp_path)
    yield {
        "DASK_TEMPORARY_DIRECTORY": str(tmp_path / "dask"),
        "RAY_TMPDIR": str(link / "ray"),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # 127.0.0.1, as on those systems
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    link.unlink()


class Row(NamedTuple):
    """The figures of a process model."""

    model: str
    calls: int
    processes: int
    token_requests: int
    seconds: float
    warnings: int


class Note(Protocol):
    """Notes the figures of a model for the table."""

    def __call__(self, *, calls: int, processes: int, engines: list[Engine]) -> None:
        """Note them; warnings are those in the output of *engines*."""
        ...


@pytest.fixture
def note(
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    sandbox: Sandbox,
) -> Note:
    """Note the figures of the model that the test is named after."""
    began = time.monotonic()

    def take(*, calls: int, processes: int, engines: list[Engine]) -> None:
        seconds = time.monotonic() - began
        warnings = sum(len(engine.complaints) for engine in engines)
        model = request.node.callspec.id
        record_property(
            "model", Row(model, calls, processes, sandbox.token_requests, seconds, warnings)
        )

    return take


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a table in Markdown: one line for each model."""
    reports = [each for reports in terminalreporter.stats.values() for each in reports]
    calls = [each for each in reports if getattr(each, "when", "") == "call"]
    properties = [pair for each in calls for pair in each.user_properties]
    rows = [Row(*value) for name, value in properties if name == "model"]
    write = terminalreporter.write_line
    with suppress(IndexError):
        write(f"\n| {' | '.join(rows[0]._fields).replace('_', ' ')} |")
        write("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        write(f"| {' | '.join(f'{v:.1f}' if isinstance(v, float) else str(v) for v in row)} |")
