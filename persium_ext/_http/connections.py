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
from .tls import Verify, tls_context

Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)
_PROXY_SCHEMES: Final = ("http://", "https://", "socks5://", "socks5h://")
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
        proxy: URL of a proxy; None uses ``HTTPS_PROXY`` and the like from the environment.
        max_keepalive: Connections that are kept for the next call.
        no_proxy: Hosts that bypass the proxies of the environment: those of this machine, for
            their traffic may be unencrypted.
    """

    verify: Verify = True
    proxy: str | None = field(default=None, repr=False)
    max_keepalive: int = 20
    no_proxy: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        problems: list[str] = []
        if self.proxy is not None and not self.proxy.startswith(_PROXY_SCHEMES):
            problems.append(f"proxy has to start with one of {' '.join(_PROXY_SCHEMES)}")
        if isinstance(self.verify, str | os.PathLike):
            if not Path(self.verify).exists():
                problems.append(f"verify: there is no file or folder {self.verify}")
        elif not isinstance(self.verify, bool) and not hasattr(self.verify, "wrap_bio"):
            problems.append("verify has to be True, False, a path or an ssl.SSLContext")
        if problems:
            raise SettingsError(*problems)

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
        direct = {} if self.proxy else dict.fromkeys(f"all://{host}" for host in self.no_proxy)
        verify = tls_context(self.verify)
        try:
            client = kind(verify=verify, proxy=self.proxy, limits=limits, mounts=direct)
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            reason = f"proxy (or HTTPS_PROXY and the like) can't be used: {error}"
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
