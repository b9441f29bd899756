"""Engines run in the folder of the recipes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import Start, starter

RECIPES = Path(__file__).parents[2] / "examples" / "python"


@pytest.fixture
def start(tmp_path: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Start engines, and end them with the test."""
    yield from starter(RECIPES, tmp_path, sandbox)
