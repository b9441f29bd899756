"""The result under each fault, and the table that ``make faults`` prints."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from .calls import Note
from .rows import Row

_WORLDS = ("sync", "asyncio", "trio")


class Noted(NamedTuple):
    """The result under one fault with one concurrency backend."""

    fault: str
    at: str
    options: str
    concurrency: str
    outcome: str
    requests: int
    seconds: float
    grown: int | None


@pytest.fixture
def note(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Note:
    """Note the result of a row; the terminal summary has the notes of all worker processes."""
    concurrency: str = request.getfixturevalue("concurrency").name

    def take(
        row: Row, outcome: object, *, requests: int, seconds: float, grown: int | None = None
    ) -> None:
        noted = Noted(
            row.shown,
            row.at,
            row.shown_options,
            concurrency,
            _said(outcome),
            requests,
            seconds,
            grown,
        )
        record_property("fault", tuple(noted))

    return take


def _said(outcome: object) -> str:
    """The outcome in a few words."""
    if isinstance(outcome, Exception):
        outcome = f"{type(outcome).__name__}: {outcome}"
    elif not isinstance(outcome, str):
        outcome = "success"
    words = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", outcome.splitlines()[0])
    return words[:130].replace("|", r"\|")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--table``, which prints the notes."""
    parser.addoption("--table", action="store_true", help="print the result under each fault")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print a table in Markdown: one line for each fault, endpoint and client."""
    if not config.getoption("--table", default=False):
        return
    reports = [each for reports in terminalreporter.stats.values() for each in reports]
    properties = [pair for each in reports for pair in getattr(each, "user_properties", ())]
    rows: dict[tuple[str, ...], dict[str, Noted]] = {}
    for noted in (Noted(*value) for name, value in properties if name == "fault"):
        rows.setdefault(noted[:3], {})[noted.concurrency] = noted
    write = terminalreporter.write_line
    write("\n| fault | at | client | outcome | requests | seconds | MiB |")
    write("| --- | --- | --- | --- | --- | --- | --- |")
    for row, worlds in sorted(rows.items()):
        cells = [*row, *_cells([worlds[name] for name in _WORLDS if name in worlds])]
        write(re.sub(" +", " ", f"| {' | '.join(cells)} |"))
    write("\nseconds and MiB: sync, asyncio, trio; MiB is the growth of a process of its own")


def _cells(noted: list[Noted]) -> list[str]:
    """Outcome, requests, seconds and memory: once where all backends agree."""
    return [
        " / ".join(dict.fromkeys(each.outcome for each in noted)),
        " / ".join(dict.fromkeys(str(each.requests) for each in noted)),
        " ".join(f"{each.seconds:.2f}" for each in noted),
        " ".join(str(each.grown) for each in noted if each.grown is not None),
    ]
