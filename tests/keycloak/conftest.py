"""One Keycloak for the whole run; where it can't be started, the run fails and says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .admin import Admin
from .api_fixture import api as api  # noqa: PLC0414  # a fixture
from .distribution import CannotRunError
from .server import Keycloak


@pytest.fixture(scope="session")
def keycloak() -> Iterator[Keycloak]:
    """A running Keycloak with a fresh realm."""
    running = Keycloak("test")
    try:
        running.prepare()
        running.start()
    except CannotRunError as error:
        pytest.exit(f"no Keycloak, no test: {error}", returncode=1)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def admin(keycloak: Keycloak) -> Admin:
    """Its administrator."""
    return Admin(keycloak)
