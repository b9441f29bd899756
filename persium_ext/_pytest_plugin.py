"""The plugin for pytest: fixtures that lead the clients of a test to a sandbox.

Every run of pytest imports it where persium is installed, so it imports nothing else of persium
before a fixture is used. PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from persium_ext.async_client import AsyncPersium
    from persium_ext.client import Persium
    from persium_ext.sandbox import Sandbox


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "persium_fault(kind, at=None, times=None, **parameters): a fault of persium_sandbox; "
        "the arguments are those of Sandbox.fault",
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give a test with a fault the sandbox, before any fixture of its own."""
    if isinstance(item, pytest.Function) and item.get_closest_marker("persium_fault"):
        names = item.fixturenames
        names[:] = ["persium_sandbox", *(name for name in names if name != "persium_sandbox")]


@pytest.fixture
def persium_sandbox(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """A token endpoint and an API on loopback; a client without arguments calls them.

    Their settings are in the environment, and no other settings, until the test ends.
    """
    from persium_ext.sandbox import Sandbox  # noqa: PLC0415  # see above

    with Sandbox() as sandbox:
        for mark in request.node.iter_markers("persium_fault"):
            _inject(sandbox, mark)
        for name in [*sandbox.environ, "CLIENT_SECRET_FILE"]:
            monkeypatch.delenv(f"PERSIUM_{name}", raising=False)
        monkeypatch.delenv("CLIENT_SECRET_FILE", raising=False)
        for name, value in sandbox.environ.items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def persium(persium_sandbox: Sandbox) -> Iterator[Persium]:  # noqa: ARG001  # its environment
    """A client of the sandbox, for threads."""
    from persium_ext.client import Persium  # noqa: PLC0415  # see above

    with Persium() as client:
        yield client


@pytest.fixture
def async_persium(persium_sandbox: Sandbox) -> AsyncPersium:  # noqa: ARG001  # its environment
    """A client of the sandbox, for asyncio and trio, whichever runs the test.

    It keeps no connection: when this fixture ends, no event loop is left to close one.
    """
    from attrs import evolve  # noqa: PLC0415  # see above

    from persium_ext._client.front import rebuild  # noqa: PLC0415  # see above
    from persium_ext.async_client import AsyncPersium  # noqa: PLC0415  # see above

    config = AsyncPersium()._config  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    connections = evolve(config.connections, keep_alive=False)
    return rebuild(AsyncPersium, evolve(config, connections=connections))


def _inject(sandbox: Sandbox, mark: pytest.Mark) -> None:
    try:
        sandbox.fault(*mark.args, **mark.kwargs)
    except (LookupError, TypeError, ValueError) as error:
        reason = f"@pytest.mark.persium_fault: {error.args[0]}"
    else:
        return
    pytest.fail(reason, pytrace=False)
