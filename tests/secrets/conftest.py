"""The clients of these tests use a server whose token is a canary; their secret is one too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.wire import Wire, token_answer

from .canaries import SECRET, TOKEN


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A token endpoint that issues the canary, and an API."""
    with Wire() as running:
        running.token = token_answer(json.dumps(TOKEN).encode())
        yield running


@pytest.fixture
def settings(wire: Wire) -> dict[str, Any]:
    """The arguments of a client of that server."""
    return {**wire.settings, "client_secret": SECRET}
