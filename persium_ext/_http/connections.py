"""How httpx is configured: connections, proxies, TLS.

Two things that httpx keeps private are used here and nowhere else: the pools of its transports
(for deadlines of threads), and the backend that connects. Their tests fail if a new version moves
them.
"""

from __future__ import annotations

import os
import sys
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from attrs import field, frozen

from persium_ext.errors import SettingsError

from .deadline_stream import DeadlineBackend
from .messages import origin
from .proxies import Proxy, environment_proxy
from .tls import Verify, tls_context

Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)
_HAS_GIL: Final = bool(getattr(sys, "_is_gil_enabled", lambda: True)())
KEEPALIVE_EXPIRY: Final = 5.0 if _HAS_GIL else None
"""Seconds that a connection may idle; None: until its server closes it.

Without a global lock httpcore 1.0 reads that limit while another thread removes it, and fails.
"""


@frozen(kw_only=True)
class ConnectionConfig:
    """How connections are made.

    Attributes:
        verify: TLS verification: True, False, a path of authorities, or a TLS context.
        proxy: A proxy; None uses ``HTTPS_PROXY`` and the like from the environment.
        max_keepalive: Connections that are kept for the next call.
        no_proxy: Hosts that bypass the proxies of the environment: those of this machine, for
            their traffic may be unencrypted.
        urls: What is requested over them.
    """

    verify: Verify = True
    proxy: Proxy | None = None
    max_keepalive: int = field(default=20, eq=False)
    no_proxy: frozenset[str] = frozenset()
    urls: tuple[str, ...] = field(default=(), eq=False)

    def __attrs_post_init__(self) -> None:
        problems: list[str] = []
        if self.proxy is not None and self.proxy.problem:
            problems.append(self.proxy.problem)
        if isinstance(self.verify, str | os.PathLike):
            if not Path(self.verify).exists():
                problems.append(f"verify: there is no file or folder {self.verify}")
        elif not isinstance(self.verify, bool) and not hasattr(self.verify, "wrap_bio"):
            problems.append("verify has to be True, False, a path or an ssl.SSLContext")
        if problems:
            raise SettingsError(*problems)

    def place(self, url: str) -> str:
        """Return the origin of *url*, and the proxy that requests to it pass through."""
        proxy = self._proxy_for(url)
        return f"{origin(url)} through the proxy {proxy}" if proxy else origin(url)

    def _proxy_for(self, url: str) -> Proxy | None:
        return self.proxy or environment_proxy(url, direct=self.no_proxy)

    def _proxy_and_exceptions(self) -> tuple[Proxy | None, dict[str, None]]:
        """Return the proxy, and the origins that bypass it.

        There is one: a URL without TLS is this machine's, and bypasses those of the environment.

        Raises:
            SettingsError: It can't be used.
        """
        proxies = {url: self._proxy_for(url) for url in self.urls}
        proxy = next(filter(None, proxies.values()), self.proxy)
        if proxy is None:
            return None, {}
        if proxy.problem:
            raise SettingsError(proxy.problem)
        return proxy, {origin(url): None for url, used in proxies.items() if used is None}

    def build_client(self, kind: type[Client]) -> Client:
        """Make a client of httpx.

        Raises:
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        limits = httpx.Limits(
            max_connections=None,
            max_keepalive_connections=self.max_keepalive,
            keepalive_expiry=KEEPALIVE_EXPIRY,
        )
        verify = tls_context(self.verify)
        proxy, direct = self._proxy_and_exceptions()
        try:
            client = kind(
                verify=verify,
                proxy=proxy.url if proxy else None,
                limits=limits,
                mounts=direct,
                trust_env=False,
            )
        except ImportError:
            reason = f"the proxy {proxy} requires the package socksio: pip install 'httpx[socks]'"
        else:
            if isinstance(client, httpx.Client):
                _keep_deadlines(client)
            return keep_no_cookies(client)
        raise SettingsError(reason)


def _keep_deadlines(client: httpx.Client) -> None:
    transports: list[Any] = [client._transport, *client._mounts.values()]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # httpx has no public access
    for transport in transports:
        if transport is not None:  # None: a host that bypasses the proxies
            pool = transport._pool  # noqa: SLF001  # httpx has no public access
            pool._network_backend = DeadlineBackend(pool._network_backend)  # noqa: SLF001  # httpcore has none either


def keep_no_cookies(client: Client) -> Client:
    """Return *client*, which from now on stores no cookie."""
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return client
