"""A server of raw bytes, and the arguments of its clients."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.wire import Wire


@pytest.fixture
def settings(wire: Wire) -> dict[str, Any]:
    """The arguments of a client of that server."""
    return dict(wire.settings)
