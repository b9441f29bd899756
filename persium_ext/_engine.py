"""How httpx is set up: connections, proxies, TLS, and what of it no public door leads to.

Three things that httpx keeps to itself are touched here and nowhere else: the pools of its
transports (for deadlines of threads), and the choice of a transport for a URL (to pass its event
hooks by). Their tests go red should a new version move them.
"""

from __future__ import annotations

import sys
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, TypeVar

import httpx
from attrs import field, frozen

from ._timed import TimedBackend
from ._tls import Verify, context
from .errors import SettingsError

Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)
_LOCKED: Final = bool(getattr(sys, "_is_gil_enabled", lambda: True)())
IDLE: Final = 5.0 if _LOCKED else None
"""Seconds that a connection may idle; None: until its server closes it.

Without a global lock httpcore 1.0 reads that limit while another thread takes it away, and fails.
"""


@frozen(kw_only=True)
class Engine:
    """How connections are made.

    Attributes:
        verify: Whom to trust: True, False, a path of authorities, or a TLS context.
        proxy: URL of a proxy; None takes ``HTTPS_PROXY`` and the like from the environment.
        kept_alive: Connections that are kept for the next call.
        direct: Hosts that no proxy of the environment is asked for: those of this machine, for
            what goes there may be unencrypted.
    """

    verify: Verify = True
    proxy: str | None = field(default=None, repr=False)
    kept_alive: int = 20
    direct: frozenset[str] = frozenset()

    def start(self, kind: type[Client]) -> Client:
        """Make a client of httpx.

        Raises:
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        limits = httpx.Limits(
            max_connections=None,
            max_keepalive_connections=self.kept_alive,
            keepalive_expiry=IDLE,
        )
        direct = {} if self.proxy else dict.fromkeys(f"all://{host}" for host in self.direct)
        verify = context(self.verify)
        try:
            client = kind(verify=verify, proxy=self.proxy, limits=limits, mounts=direct)
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            reason = f"proxy (or HTTPS_PROXY and the like) can't be used: {error}"
        else:
            client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))  # keep none
            if isinstance(client, httpx.Client):
                _keep_deadlines(client)
            return client
        raise SettingsError(reason)


def _keep_deadlines(client: httpx.Client) -> None:
    transports: list[Any] = [client._transport, *client._mounts.values()]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public door
    for transport in transports:
        if transport is not None:  # a host that no proxy is asked for
            transport._pool._network_backend = TimedBackend(transport._pool._network_backend)  # noqa: SLF001  # the same


class _Bare(httpx.BaseTransport):
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        transport = self._client._transport_for_url(request.url)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public door
        return transport.handle_request(request)


class _AsyncBare(httpx.AsyncBaseTransport):
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        transport = self._client._transport_for_url(request.url)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # the same
        return await transport.handle_async_request(request)


def bare(client: httpx.Client) -> httpx.Client:
    """Return what sends over the connections of *client*, past its event hooks."""
    return httpx.Client(transport=_Bare(client), trust_env=False)


def async_bare(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return what sends over the connections of *client*, past its event hooks."""
    return httpx.AsyncClient(transport=_AsyncBare(client), trust_env=False)
