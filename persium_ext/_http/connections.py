"""How connections are made: proxies, TLS, one connection for each transport of httpx, and forks."""

from __future__ import annotations

import os
import ssl
from abc import ABC, abstractmethod
from collections.abc import Hashable
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Final, TypeVar

import httpx
from attrs import field, frozen

from persium_ext.errors import SettingsError

from .messages import Request
from .proxies import Proxy, environment_proxy
from .tls import Verify, no_tls_context, tls_context

Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)
AnyTransport = TypeVar("AnyTransport", httpx.HTTPTransport, httpx.AsyncHTTPTransport)
_ONE: Final = httpx.Limits(
    max_connections=1, max_keepalive_connections=1, keepalive_expiry=None
)  # how long a connection may idle is judged by its pool
inherited: Final[list[object]] = []
"""Connections that a forked child inherited: kept, so that nothing closes the shared sockets."""


@frozen(kw_only=True)
class ConnectionConfig:
    """How connections are made.

    Attributes:
        verify: TLS verification: True, False, a path of authorities, or a TLS context.
        proxy: A proxy; None uses ``HTTPS_PROXY`` and the like from the environment.
        keep_alive: Whether a connection is kept for the next call.
        no_proxy: Hosts that bypass the proxies of the environment: those of this machine, for
            their traffic may be unencrypted.
    """

    verify: Verify = True
    proxy: Proxy | None = None
    keep_alive: bool = field(default=True, eq=False)
    no_proxy: frozenset[str] = frozenset()

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

    def proxy_for(self, url: str) -> Proxy | None:
        """Return the proxy that requests to *url* pass through."""
        return self.proxy or environment_proxy(url, direct=self.no_proxy)

    def build_transport(
        self, kind: type[AnyTransport], proxy: Proxy | None, context: ssl.SSLContext
    ) -> AnyTransport:
        """Make a transport of httpx that holds one connection, through *proxy* if there is one.

        Raises:
            SettingsError: The proxy can't be used.
        """
        if proxy is not None and proxy.problem:
            raise SettingsError(proxy.problem)
        through = proxy.for_httpx(context) if proxy else None
        try:
            return kind(verify=context, limits=_ONE, proxy=through, trust_env=False)
        except ImportError:
            reason = f"the proxy {proxy} requires the package socksio: pip install 'httpx[socks]'"
        raise SettingsError(reason)


def keep_no_cookies(client: Client) -> Client:
    """Return *client*, which from now on stores no cookie."""
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return client


class Connector(ABC):
    """What the connections of threads and of tasks have in common.

    The first ones read the certificates and the proxies of the environment.
    """

    is_own = True

    def __init__(self, config: ConnectionConfig) -> None:
        self.config = config
        self._context: ssl.SSLContext | None = None
        self._proxies: dict[str, Proxy | None] = {}

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether calls are refused."""

    @property
    def route(self) -> Hashable:
        """What the fate of a request depends on, besides its server."""
        return object() if self.closed else self.config

    def proxy_for(self, request: Request) -> Proxy | None:
        """Return the proxy that *request* passes through."""
        return self._proxy_for_origin(request.origin)

    def _proxy_for_origin(self, origin: str) -> Proxy | None:
        if origin not in self._proxies:
            self._proxies[origin] = self.config.proxy_for(origin)
        return self._proxies[origin]

    def transport(self, kind: type[AnyTransport], origin: str) -> AnyTransport:
        """Make the transport of one connection to *origin*.

        Raises:
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        proxy, context = self._proxy_for_origin(origin), self.context(origin)
        return self.config.build_transport(kind, proxy, context)

    def context(self, origin: str) -> ssl.SSLContext:
        """Return the TLS context for *origin*, of any class: the one of ``ssl`` may be replaced."""
        if origin.startswith("http:"):
            return no_tls_context()
        if self._context is None:
            self._context = tls_context(self.config.verify)
        return self._context


def client_closed() -> RuntimeError:
    """Return the error of a call of a client that is closed."""
    return RuntimeError("this client is closed: make a new one, or close it later")
