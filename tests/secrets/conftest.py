"""Lead the clients of these tests to a server whose token is a canary; so is their secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.wire import Wire, token_answer

from .canaries import SECRET, TOKEN


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A token endpoint that hands out the canary, and an API."""
    with Wire() as running:
        running.token = token_answer(json.dumps(TOKEN).encode())
        yield running


@pytest.fixture
def settings(wire: Wire) -> dict[str, Any]:
    """The arguments that lead a client there."""
    return {**wire.settings, "client_secret": SECRET}
