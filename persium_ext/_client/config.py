"""``ClientConfig``: the checked arguments of a client, from which its executor is built."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Self, TypeVar

import httpx
from attrs import frozen

from persium_ext._calls.async_executor import AsyncExecutor
from persium_ext._calls.executor import Executor
from persium_ext._calls.options import Options
from persium_ext._http.connections import ConnectionConfig
from persium_ext._http.messages import merge_headers
from persium_ext._http.proxies import Proxy
from persium_ext._http.tls import Verify
from persium_ext._http.transport import AsyncTransport, Transport
from persium_ext._observation.log import set_up
from persium_ext._retry.policy import RetryPolicy
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._runtime.threads import ThreadBackend
from persium_ext._text.secret import Secret
from persium_ext._tokens.cache import PROCESS_CACHE, TokenCache
from persium_ext._tokens.source import AsyncTokenSource, TokenSource
from persium_ext._version import USER_AGENT
from persium_ext.errors import SettingsError
from persium_ext.hooks import Hooks
from persium_ext.settings import Settings

T = TypeVar("T")


@frozen(kw_only=True)
class ClientConfig:
    """All that a client is built from; the pickle of a client holds it.

    Attributes:
        share_token: Whether the token is the process's, or the client's own.
        spread_refresh: Whether tokens are refreshed ahead of time, at random points.
    """

    settings: Settings
    options: Options
    connections: ConnectionConfig
    share_token: bool
    spread_refresh: bool

    @classmethod
    def resolve(
        cls,
        *,
        token_url: str | None,
        api_base_url: str | None,
        client_id: str | None,
        client_secret: Secret | Callable[[], str] | None,
        client_secret_file: str | os.PathLike[str] | None,
        scope: str | None,
        timeout: float | None,
        deadline: float | None,
        retry: RetryPolicy,
        proxy: Proxy | None,
        verify: Verify,
        http_clients: tuple[object, ...],
        share_token: bool,
        spread_refresh: bool,
        max_response_size: int | None,
        headers: Mapping[str, str] | None = None,
        user_agent: str | None = None,
        hooks: Hooks | None = None,
        keep_alive: bool = True,
    ) -> Self:
        """Check the arguments of a client, and take the missing ones from the environment.

        Raises:
            SettingsError: Names every setting that is missing or wrong.
        """
        set_up(os.environ)
        problems = _conflicts(http_clients, proxy=proxy, verify=verify)
        settings = _collect(
            problems,
            lambda: Settings.resolve(
                token_url=token_url,
                api_base_url=api_base_url,
                client_id=client_id,
                client_secret=client_secret,
                client_secret_file=client_secret_file,
                scope=scope,
            ),
        )
        agent = f"{user_agent} {USER_AGENT}" if user_agent else USER_AGENT
        options = _collect(
            problems,
            lambda: Options(
                base_url=settings.api_base_url if settings else "",
                timeout=timeout,
                deadline=deadline,
                retry=retry,
                headers=merge_headers({"User-Agent": agent}, headers or {}),
                max_response_size=max_response_size,
                hooks=hooks,
            ),
        )
        connections = _collect(
            problems,
            lambda: ConnectionConfig(
                verify=verify,
                proxy=proxy,
                keep_alive=keep_alive,
                no_proxy=settings.loopback_hosts() if settings else frozenset(),
            ),
        )
        if problems or settings is None or options is None or connections is None:
            raise SettingsError(*problems)
        return cls(
            settings=settings,
            options=options,
            connections=connections,
            share_token=share_token,
            spread_refresh=spread_refresh,
        )

    def executor(self, http_client: httpx.Client | None) -> Executor:
        """Build what sends the calls of a ``Persium``."""
        transport, backend = Transport(self.connections, http_client), ThreadBackend()
        tokens = TokenSource(self._tokens(transport, backend))
        return Executor(options=self.options, transport=transport, tokens=tokens, backend=backend)

    def async_executor(self, http_client: httpx.AsyncClient | None) -> AsyncExecutor:
        """Build what sends the calls of an ``AsyncPersium``."""
        transport, backend = AsyncTransport(self.connections, http_client), TaskBackend()
        tokens = self._tokens(transport, backend)
        return AsyncExecutor(
            options=self.options, transport=transport, tokens=tokens, backend=backend
        )

    def portable(self, *http_clients: object) -> ClientConfig:
        """Return what another process builds the same client from.

        There the secret is read from its source: the environment, a file or a function.

        Raises:
            TypeError: A part of it can't leave this process.
        """
        proxy = self.connections.proxy
        for stays, name in (
            (any(http_clients), "an http_client"),
            (
                not isinstance(self.connections.verify, bool | str | os.PathLike),
                "verify=SSLContext",
            ),
            ("@" in (proxy.url if proxy else ""), "a password in proxy"),
        ):
            if stays:
                raise TypeError(f"a client with {name} is not pickled: make one in each process")
        return self

    def _tokens(
        self, transport: Transport | AsyncTransport, backend: ThreadBackend | TaskBackend
    ) -> AsyncTokenSource:
        return AsyncTokenSource(
            self.settings,
            transport=transport,
            backend=backend,
            cache=PROCESS_CACHE if self.share_token else TokenCache(),
            spread=self.spread_refresh,
        )


def _conflicts(
    http_clients: tuple[object, ...], *, proxy: Proxy | None, verify: Verify
) -> list[str]:
    if all(client is None for client in http_clients):
        return []
    given = {"proxy": proxy is not None, "verify": verify is not True}
    return [
        f"{name} has no effect on an HTTP client that is passed in: set it on that client"
        for name in given
        if given[name]
    ]


def _collect(problems: list[str], make: Callable[[], T]) -> T | None:
    try:
        return make()
    except SettingsError as error:
        problems += error.problems
        return None
