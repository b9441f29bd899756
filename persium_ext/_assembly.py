"""Puts a client together from its arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from ._engine import Engine
from ._executor import AsyncExecutor, Executor
from ._options import MAX_RESPONSE_SIZE, Options
from ._retry import RetryPolicy
from ._tls import Verify
from ._token_store import PROCESS, TokenStore
from ._tokens import AsyncTokenSource, TokenSource
from ._transport import AsyncTransport, Transport
from ._version import USER_AGENT
from ._wire import merged
from ._worlds import Tasks, Threads
from .errors import SettingsError
from .settings import Settings

if TYPE_CHECKING:
    import httpx


class Keep(Enum):
    """Says of an option that it stays as it is; None already means "no limit"."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
UNPICKLED: Final = (
    "a client is not pickled, for it holds a secret: make one in each process, it costs little"
)
_PROXIES: Final = ("http://", "https://", "socks5://", "socks5h://")


def options(
    settings: Settings,
    *,
    timeout: float | None,
    deadline: float | None,
    retry: RetryPolicy,
    headers: Mapping[str, str] | None,
    user_agent: str | None,
    max_response_size: int | None = MAX_RESPONSE_SIZE,
) -> Options:
    """Check and collect the options of a client."""
    agent = f"{user_agent} {USER_AGENT}" if user_agent else USER_AGENT
    return Options(
        base_url=settings.api_base_url,
        timeout=timeout,
        deadline=deadline,
        retry=retry,
        headers=merged({"User-Agent": agent}, headers or {}),
        max_response_size=max_response_size,
    )


def changed(base: Options, **changes: Any) -> Options:  # noqa: ANN401  # Options checks them
    """Return *base* with those *changes* that are not KEEP; headers add up."""
    kept = {name: value for name, value in changes.items() if value is not KEEP}
    if "headers" in kept:
        kept["headers"] = merged(base.headers, kept["headers"])
    return evolve(base, **kept)


def engine(
    settings: Settings, *, verify: Verify, proxy: str | None, kept_alive: int = 20
) -> Engine:
    """Check and collect how connections are made."""
    if proxy is not None and not proxy.startswith(_PROXIES):
        raise SettingsError(f"proxy has to start with one of {' '.join(_PROXIES)}")
    if isinstance(verify, str | os.PathLike) and not Path(verify).exists():
        raise SettingsError(f"verify: there is no file or folder {verify}")
    return Engine(
        verify=verify, proxy=proxy, kept_alive=kept_alive, direct=settings.loopback_hosts()
    )


def executor(
    settings: Settings,
    options: Options,
    engine: Engine,
    http_client: httpx.Client | None,
    *,
    share_token: bool,
    spread_refresh: bool,
) -> Executor:
    """Make what sends the calls of a ``Persium``."""
    transport, world = Transport(engine, http_client), Threads()
    tokens = TokenSource(
        settings, transport=transport, world=world, store=_store(share_token), spread=spread_refresh
    )
    return Executor(options=options, transport=transport, tokens=tokens, world=world)


def async_executor(
    settings: Settings,
    options: Options,
    engine: Engine,
    http_client: httpx.AsyncClient | None,
    *,
    share_token: bool,
    spread_refresh: bool,
) -> AsyncExecutor:
    """Make what sends the calls of an ``AsyncPersium``."""
    transport, world = AsyncTransport(engine, http_client), Tasks()
    tokens = AsyncTokenSource(
        settings, transport=transport, world=world, store=_store(share_token), spread=spread_refresh
    )
    return AsyncExecutor(options=options, transport=transport, tokens=tokens, world=world)


def given(**options: Any) -> dict[str, Any]:  # noqa: ANN401  # what the engine takes
    """Leave out what was not given."""
    return {name: value for name, value in options.items() if value is not None}


def _store(share: bool) -> TokenStore:  # noqa: FBT001
    return PROCESS if share else TokenStore()
