"""What the connections of threads and of tasks have in common: how they are made, and forks."""

from __future__ import annotations

import ssl
from typing import Final

from .connections import AnyTransport, ConnectionConfig
from .proxies import Proxy
from .tls import tls_context

inherited: Final[list[object]] = []
"""Connections that a forked child inherited: kept, so that nothing closes the shared sockets."""


class Connector:
    """Makes connections; the first ones read the certificates and the proxies of the environment."""

    __slots__ = ("_context", "_proxies", "config")

    def __init__(self, config: ConnectionConfig) -> None:
        self.config = config
        self._context: ssl.SSLContext | None = None
        self._proxies: dict[str, Proxy | None] = {}

    def proxy_for(self, origin: str) -> Proxy | None:
        """Return the proxy that requests to *origin* pass through."""
        if origin not in self._proxies:
            self._proxies[origin] = self.config.proxy_for(origin)
        return self._proxies[origin]

    def transport(self, kind: type[AnyTransport], origin: str) -> AnyTransport:
        """Make the transport of one connection to *origin*.

        Raises:
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        return self.config.build_transport(kind, self.proxy_for(origin), self.context)

    @property
    def context(self) -> ssl.SSLContext:
        """Return the TLS context, whatever its class is: the one of ``ssl`` may be replaced."""
        if self._context is None:
            self._context = tls_context(self.config.verify)
        return self._context


def refuse_closed(*, closed: bool) -> None:
    """Refuse a call of a client that is closed.

    Raises:
        RuntimeError: It is.
    """
    if closed:
        raise RuntimeError("this client is closed: make a new one, or close it later")
