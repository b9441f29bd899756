"""The connections of a transport in other processes, threads and event loops."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import anyio
import pytest

from persium_ext import ApiConnectionError, AsyncPersium, TokenEndpointUnavailable
from persium_ext._http import async_pool, pool
from persium_ext._runtime import fork
from persium_ext._runtime.event_loop import event_loop
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency
from tests.support.faults import ALL_FAULTS
from tests.support.inherited import aclose, close, of_httpcore
from tests.support.wire import ME, Wire, http


def test_child_opens_connections_of_its_own(
    concurrency: Concurrency, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forked child sends nothing on the parent's connections, and leaves them open."""
    inherited: list[Any] = []
    for module in (pool, async_pool):
        monkeypatch.setattr(module, "inherited", inherited)
    wire.api = http(ME, connection=b"keep-alive")
    session = concurrency.session(**wire.settings)
    session.do()
    session.do()
    before = wire.connections

    fork.lock.acquire()  # as the parent does before it forks
    fork.reset_all()
    session.do()

    assert wire.connections == before + 2, "one for a token, one for the API"
    [mine] = of_httpcore(inherited)
    assert not mine.is_closed()
    if concurrency.portal is None:
        close(inherited)
    else:
        concurrency.portal.call(aclose, inherited)


def test_endless_response(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """A response without an end is left at the limit, and the connection is closed."""
    sandbox.fault(ALL_FAULTS["endless-body"], at="api")
    session = concurrency.session(max_response_size=10_000)

    with pytest.raises(ApiConnectionError, match="longer than 10,000 bytes"):
        session.do()


def test_host_that_does_not_exist(concurrency: Concurrency) -> None:
    """A host name that only httpx can judge is an error of ours, and not tried again."""
    session = concurrency.session(token_url="https://xn--/token")

    [error] = session.outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    assert error.attempts == 1
    assert "POST https://xn--/token: " in str(error)


def test_call_at_the_end_of_the_process(wire: Wire) -> None:
    """Functions of ``atexit`` can call, even the last one, and so can daemon threads until then."""
    program = """
import atexit
atexit.register(lambda: print(persium.request("POST", "/bye").status_code))
from persium_ext import Persium
persium = Persium()
persium.identity.get_me()
"""
    environment = {name.upper(): value for name, value in wire.settings.items()}

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("200\n", "")


def test_first_call_imports_no_transport() -> None:
    """The modules that connect, trio's among them, know ``select`` as it was before gevent."""
    program = "import sys; from persium_ext import Persium; sys.exit('httpcore' not in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_connections_of_a_closed_loop_are_dropped(wire: Wire) -> None:
    """Even if the program keeps its asyncio loops, only the last one has connections here."""
    settings: dict[str, Any] = wire.settings
    persium, loops = AsyncPersium(**settings), list[object]()

    async def call() -> None:
        loops.append(event_loop()[0])
        await persium.identity.get_me()

    for _ in range(3):
        anyio.run(call)

    kept: Any = persium._executor.transport.connections  # noqa: SLF001  # nothing public shows it
    assert list(kept._loops) == loops[-1:]  # noqa: SLF001
