"""A grown document needs no hand: it generates, type-checks and works with persium_ext as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openapi_python_client.strings import snake_case

HERE = Path(__file__).parent / "grown"
Run = Callable[..., None]


def test_calls(run_calls: Callable[[Path, Path], None], grown: Path) -> None:
    """Every operation works, sync and async, on asyncio and trio (see ``grown/calls.py``)."""
    run_calls(grown, HERE / "calls.py")


def test_every_operation_is_called(document: dict[str, Any]) -> None:
    """``grown/calls.py`` leaves no operation of the grown document out."""
    calls = (HERE / "calls.py").read_text("utf-8")
    operations = [
        (operation["tags"][0].lower(), snake_case(operation["operationId"]))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if path != "/token" and method != "parameters"
    ]

    assert [f"{tag}.{name}(" for tag, name in operations if f"{tag}.{name}(" not in calls] == []
    assert len(operations) == 12


def test_mypy(run: Run, root: Path, grown: Path) -> None:
    """The grown facade, and a program that uses it, are clean under ``mypy --strict``."""
    cache = root / ".cache" / "mypy-grown"  # kept between runs: most modules are not ours
    options = ["--strict", "--config-file=", "--cache-dir", cache, "--follow-imports=silent"]

    run(grown, "mypy", *options, "persium_api/facade", HERE / "consumer.py", cwd=grown)


def test_pyright(run_pyright: Callable[[Path, Path], None], grown: Path) -> None:
    """The same, under pyright's strict rules."""
    run_pyright(grown, HERE / "consumer.py")
