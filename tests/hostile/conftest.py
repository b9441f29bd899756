"""Lead the clients of these tests to the server of raw bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server whose answers a test writes byte by byte."""
    with Wire() as running:
        yield running


@pytest.fixture
def settings(wire: Wire) -> dict[str, Any]:
    """The arguments that lead a client there."""
    return dict(wire.settings)
