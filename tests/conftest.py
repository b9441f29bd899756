"""Fixtures: a sandbox on a real socket, a client in three concurrency backends, set clocks."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import certifi
import pytest

from persium_ext._observation import log
from persium_ext._retry import budget
from persium_ext._runtime import clock as runtime_clock
from persium_ext._tokens.cache import PROCESS_CACHE
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency, Session
from tests.support.token_gate import TokenGate
from tests.support.wire import Wire

with suppress(ImportError):  # a free-threaded CPython has no hypothesis
    from hypothesis import settings as hypothesis_settings

    hypothesis_settings.register_profile("fixed", deadline=None, derandomize=True)
    hypothesis_settings.register_profile("random", deadline=None, print_blob=True)
    hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


# its grammars take two seconds of each worker, for the formats iri and iri-reference of jsonschema,
# which OpenAPI 3.0 does not have
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # the import system's own mark


@pytest.fixture(scope="session", autouse=True)
def _one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one authority of certifi's: to read all takes 14 ms of each client."""
    first, end, _ = Path(certifi.where()).read_text("ascii").partition("-----END CERTIFICATE-----")
    path = tmp_path_factory.mktemp("authorities") / "one.pem"
    path.write_text(f"{first}{end}\n", "ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("certifi.where", lambda: str(path))
        yield


@pytest.fixture(autouse=True)
def _own_garbage() -> Iterator[None]:
    """Collect what this test left, and only that: its finalizers warn during this test."""
    gc.freeze()
    yield
    gc.collect()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _fresh_process(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """No settings in the environment, no token in the cache, a full retry budget.

    Authorities that the environment names would be read for each client: see ``_one_authority``.
    Tests that install packages may need them.
    """
    installs = request.node.get_closest_marker("slow") or request.node.get_closest_marker("interop")
    for name in ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"PERSIUM_{name}", raising=False)
    for name in list(os.environ):
        authority = name in {"SSL_CERT_FILE", "SSL_CERT_DIR"} and not installs
        if authority or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    # a child that is killed reports no coverage, so what children cover would depend on luck
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    monkeypatch.setattr(log, "_seen", set())
    yield
    PROCESS_CACHE.clear()
    budget.clear()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A token endpoint and an API on loopback."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def token_gate(monkeypatch: pytest.MonkeyPatch) -> TokenGate:
    """Hold token responses until the test lets them go."""
    return TokenGate(monkeypatch)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server whose responses a test prepares byte by byte."""
    with Wire() as running:
        yield running


@pytest.fixture
def settings(sandbox: Sandbox) -> dict[str, Any]:
    """The arguments that lead a client to the sandbox."""
    return {
        "token_url": sandbox.token_url,
        "api_base_url": sandbox.api_base_url,
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stand still until the test says otherwise."""
    clock = Clock()
    monkeypatch.setattr(runtime_clock, "wall", lambda: clock.wall)
    monkeypatch.setattr(runtime_clock, "steady", lambda: clock.steady)
    return clock


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every back-off as short as it may be: none at all."""
    monkeypatch.setattr("random.random", lambda: 0.0)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def concurrency(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Iterator[Concurrency]:
    """Run the test with threads, with asyncio and with trio."""
    with ExitStack() as stack:
        yield Concurrency(request.param, settings, stack)


@pytest.fixture(params=["its own connections", "http_client="])
def both_ways(
    concurrency: Concurrency, settings: dict[str, Any], request: pytest.FixtureRequest
) -> Iterator[Concurrency]:
    """Send on connections of the client's own, and with a client that is passed in."""
    if request.param != "http_client=":
        yield concurrency
        return
    with ExitStack() as stack:
        yield Concurrency(concurrency.name, settings, stack, with_http_client=True)


@pytest.fixture
def session(concurrency: Concurrency) -> Session:
    """A client with the options that it has by default."""
    return concurrency.session()
