"""Proxies: where they are configured, and which URLs bypass them."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import Final, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx
from attrs import field, frozen

_SCHEMES: Final = ("http", "https", "socks5", "socks5h")
_PORTS: Final = {"http": 80, "https": 443}
_WITH_PORT: Final = r"(\[.+\]|[^:]+):(\d{1,5})"
"""An entry of ``NO_PROXY`` for one port; an IPv6 address without brackets has more colons."""


@frozen(kw_only=True)
class Proxy:
    """A proxy.

    Attributes:
        source: The argument or the variable that names it.
        url: Its URL; it may hold a password.
    """

    source: str
    url: str = field(repr=False)

    @classmethod
    def given(cls, url: str | None) -> Self | None:
        """Take the argument ``proxy`` of a client; None: there is none."""
        return None if url is None else cls(source="proxy", url=url)

    def __str__(self) -> str:
        parts = self._parts()
        return f"{parts.scheme}://{parts.netloc.decode('ascii')} (set by {self.source})"

    @property
    def problem(self) -> str | None:
        """Why it can't be used; None: it can. The text quotes no part of the URL."""
        parts = self._parts()
        if parts.scheme and parts.scheme not in _SCHEMES:
            return f"{self.source} has to start with one of {' '.join(f'{s}://' for s in _SCHEMES)}"
        if not parts.host or parts.path.strip("/") or parts.query or parts.fragment:
            return (
                f"{self.source} has to have the form http://user:password@host:port: write special "
                "characters of the user name and the password as percent escapes, such as %23 for #"
            )
        return None

    def for_httpx(self, context: ssl.SSLContext) -> httpx.Proxy:
        """Return it as httpx takes it; where it speaks TLS itself, *context* verifies it."""
        verifying = context if self._parts().scheme == "https" else None
        return httpx.Proxy(self.url, ssl_context=verifying)

    def _parts(self) -> httpx.URL:
        try:
            parts = httpx.URL(self.url)
            _ = parts.host  # decodes an international name
        except (httpx.InvalidURL, TypeError, ValueError):  # ValueError: not UTF-8, or not a name
            return httpx.URL()
        return parts


def environment_proxy(
    url: str, *, direct: Iterable[str], variables: Mapping[str, str] | None = None
) -> Proxy | None:
    """Return the proxy that the environment names for *url*; None: none, or *url* bypasses it.

    The hosts *direct* bypass it too. *variables* are those of ``urllib.request.getproxies``, which
    calls ``HTTPS_PROXY`` ``https``; on macOS and Windows it knows the proxies of the system.
    """
    named = _variables() if variables is None else variables
    parts = urlsplit(url)
    scheme = next((name for name in (parts.scheme, "all") if named.get(name)), None)
    no_proxy = ",".join([*direct, named.get("no", "")])
    port = parts.port or _PORTS[parts.scheme]
    if scheme is None or bypasses(no_proxy, parts.hostname or "", port):
        return None
    value = named[scheme]
    value = value if "://" in value else f"http://{value}"
    return Proxy(source=f"{scheme.upper()}_PROXY", url=value)


def _variables() -> Mapping[str, str]:
    """Read the environment; again, if another thread removed a variable at the same time."""
    while True:
        with suppress(KeyError):
            return getproxies()


def bypasses(no_proxy: str, host: str, port: int) -> bool:
    """Return whether *no_proxy*, the value of ``NO_PROXY``, covers *host* and *port*.

    Its entries are names, which cover their subdomains, addresses and ranges of addresses, each
    with or without a port; ``*`` covers all. Other entries cover nothing.
    """
    name = host.lower().strip("[].")
    return any(_covers(entry, name, port) for entry in re.split(r"[\s,]+", no_proxy.lower()))


def _covers(entry: str, host: str, port: int) -> bool:
    if with_port := re.fullmatch(_WITH_PORT, entry):
        return int(with_port[2]) == port and _covers(with_port[1], host, port)
    if entry == "*":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        name = entry.removeprefix("*").strip(".")
        return bool(name) and f".{host}".endswith(f".{name}")
    try:
        return address in ip_network(re.sub(r"[\[\]]", "", entry), strict=False)
    except ValueError:
        return False
