"""Puts a client together from its arguments."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import evolve, frozen

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


@frozen(kw_only=True)
class Recipe:
    """All that a client is made from; a pickle holds this in place of the client.

    Attributes:
        share_token: Whether the token is the process's, or the client's own.
        spread_refresh: Whether tokens are renewed early, at random points.
    """

    settings: Settings
    options: Options
    engine: Engine
    share_token: bool
    spread_refresh: bool

    def executor(self, http_client: httpx.Client | None) -> Executor:
        """Make what sends the calls of a ``Persium``."""
        transport, world = Transport(self.engine, http_client), Threads()
        tokens = TokenSource(
            self.settings,
            transport=transport,
            world=world,
            store=self._store(),
            spread=self.spread_refresh,
        )
        return Executor(options=self.options, transport=transport, tokens=tokens, world=world)

    def async_executor(self, http_client: httpx.AsyncClient | None) -> AsyncExecutor:
        """Make what sends the calls of an ``AsyncPersium``."""
        transport, world = AsyncTransport(self.engine, http_client), Tasks()
        tokens = AsyncTokenSource(
            self.settings,
            transport=transport,
            world=world,
            store=self._store(),
            spread=self.spread_refresh,
        )
        return AsyncExecutor(options=self.options, transport=transport, tokens=tokens, world=world)

    def portable(self, *http_clients: object) -> Recipe:
        """Return what another process makes the same client from.

        The secret comes from its source there: the environment, a file or a function.

        Raises:
            TypeError: Something of it stays here.
        """
        for stays, name in (
            (any(http_clients), "an http_client"),
            (isinstance(self.engine.verify, ssl.SSLContext), "verify=SSLContext"),
            ("@" in (self.engine.proxy or ""), "a password in proxy"),
        ):
            if stays:
                raise TypeError(f"a client with {name} is not pickled: make one in each process")
        return self

    def _store(self) -> TokenStore:
        return PROCESS if self.share_token else TokenStore()


def given(**options: Any) -> dict[str, Any]:  # noqa: ANN401  # what the engine takes
    """Leave out what was not given."""
    return {name: value for name, value in options.items() if value is not None}


class Assembled(Protocol):
    """A client that can be made from a recipe."""

    def _assemble(self, recipe: Recipe) -> None: ...


def rebuild(kind: type[Assembled], recipe: Recipe) -> Assembled:
    """Make a client in the process that unpickles it."""
    client = object.__new__(kind)
    client._assemble(recipe)  # pyright: ignore[reportPrivateUsage]  # what it is for
    return client
