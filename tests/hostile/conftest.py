"""A server of raw bytes, and the arguments of its clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server whose responses a test prepares byte by byte."""
    with Wire() as running:
        yield running


@pytest.fixture
def settings(wire: Wire) -> dict[str, Any]:
    """The arguments of a client of that server."""
    return dict(wire.settings)
