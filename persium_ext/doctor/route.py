"""The way to an endpoint: proxy, authorities, DNS, TCP, TLS, and the clock at its end."""

from __future__ import annotations

import base64
import os
import re
import socket
import ssl
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from persium_ext._http.advice import proxy_advice
from persium_ext._http.failures import to_transport_error
from persium_ext._http.proxies import environment_proxy
from persium_ext._http.tls import tls_context
from persium_ext._runtime.clock import now
from persium_ext._version import USER_AGENT
from persium_ext.errors import TROUBLESHOOTING, ApiConnectionError, SettingsError

from .check import NotTriedError, Step

MOST_SKEW: Final = 60.0
"""Seconds between two clocks that are no problem."""
_DNS: Final = "check the host in the URL; if it is right, ask who operates the DNS of this machine"
_TCP: Final = "check host and port in the URL, and whether a firewall or a proxy is in between"


class Route:
    """The way to the endpoint at *url*, which *setting* names.

    Attributes:
        reached: Whether a request can be sent on it.
    """

    def __init__(self, url: str, setting: str, *, direct: Iterable[str], timeout: float) -> None:
        self.reached, self._setting = False, setting
        self._parts, self._timeout = urlsplit(url), timeout
        self._port = self._parts.port or (443 if self._is_tls else 80)
        self._proxy = environment_proxy(url, direct=direct)
        hop = urlsplit(self._proxy.url) if self._proxy else self._parts
        self._hop_scheme = hop.scheme
        self._hop = (hop.hostname or "", (hop.port or 80) if self._proxy else self._port)
        self._connection = HTTPConnection(*self._hop, timeout=timeout)

    @property
    def _is_tls(self) -> bool:
        return self._parts.scheme == "https"

    @property
    def _is_checked(self) -> bool:
        """False for a proxy of TLS or SOCKS, which only a call can pass through."""
        return self._proxy is None or self._proxy.problem is not None or self._hop_scheme == "http"

    @property
    def _host(self) -> str:
        return self._parts.hostname or ""

    def steps(self, name: str) -> list[Step]:
        """Return the steps, in their order; *name* is that of the endpoint."""
        steps: list[Step] = [("proxy", self._check_proxy), ("authorities", self._check_authorities)]
        if self._is_checked:
            steps += [("DNS", self._resolve), ("TCP", self._connect), ("TLS", self._shake_hands)]
            steps += [("clock", self._compare)]
        return [(f"{name}: {each}", step) for each, step in steps]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _check_proxy(self) -> str:
        if self._proxy is None:
            return "none"
        if self._proxy.problem:
            raise SettingsError(self._proxy.problem)
        self.reached = not self._is_checked
        return str(self._proxy) + (
            "" if self._is_checked else ", the way through it is not checked"
        )

    def _check_authorities(self) -> str:
        if not self._is_tls:
            raise NotTriedError("the URL is not https")
        tls_context(verify=True)
        found = {name: os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
        named = (f"{name}={value}" for name, value in found.items() if value)
        return next(named, "those of certifi")

    def _resolve(self) -> str:
        found, milliseconds = self._timed(
            lambda: socket.getaddrinfo(*self._hop, type=socket.SOCK_STREAM), _DNS
        )
        addresses = dict.fromkeys(str(each[4][0]) for each in found)
        return f"{self._hop[0]} is {', '.join(addresses)} ({milliseconds})"

    def _connect(self) -> str:
        if self._proxy is not None:
            self._connection.set_tunnel(
                self._host, self._port, headers=_credentials(self._proxy.url)
            )
        _, milliseconds = self._timed(self._connection.connect, _TCP)
        self.reached = not self._is_tls
        return f"{self._hop[0]}:{self._hop[1]} accepts connections ({milliseconds})"

    def _shake_hands(self) -> str:
        if not self._is_tls:
            raise NotTriedError("the URL is not https")
        context = tls_context(verify=True)
        made, milliseconds = self._timed(
            lambda: context.wrap_socket(self._connection.sock, server_hostname=self._host), None
        )
        self._connection.sock, self.reached = made, True
        return f"{made.version()}, {_certificate(made)} ({milliseconds})"

    def _compare(self) -> str:
        try:
            self._connection.request("HEAD", "/", headers={"User-Agent": USER_AGENT})
            date = self._connection.getresponse().getheader("Date")
            # a Date is cut to whole seconds
            skew = now().wall - parsedate_to_datetime(str(date)).timestamp() - 0.5
        except (OSError, HTTPException, ValueError, TypeError):
            raise NotTriedError("the server sends no Date") from None
        words = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} that of the server"
        if abs(skew) > MOST_SKEW:
            error = SettingsError(f"the clock of this machine is {words}")
            error.hint = "correct the clock: certificates and tokens are judged by it"
            error.docs_url = f"{TROUBLESHOOTING}#certificate-expired"
            raise error
        return words

    def _timed(self, act: Callable[[], Any], fix: str | None) -> tuple[Any, str]:
        start = perf_counter()
        try:
            found = act()
        except (OSError, ValueError) as error:  # ValueError: a host name that no DNS can have
            raise self._failure(error, fix) from None
        return found, f"{(perf_counter() - start) * 1000:.0f} ms"

    def _failure(self, error: Exception, fix: str | None) -> ApiConnectionError:
        known = to_transport_error(error, f"{self._host}:{self._port}", None, proxy=self._proxy)
        refused = re.match(r"Tunnel connection failed: (\d{3})", str(error))
        found = proxy_advice(refused[1], self._proxy) if refused else None
        hint, topic = (found.text, found.topic) if found else (known.hint or fix, known.topic)
        return ApiConnectionError(
            known.reason,
            hint=hint and hint.replace("{setting}", self._setting),
            docs_url=topic and f"{TROUBLESHOOTING}#{topic}",
        )


def _credentials(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _certificate(connection: ssl.SSLSocket) -> str:
    found: Any = connection.getpeercert()
    issuer = {name: value for (pair,) in found["issuer"] for name, value in [pair]}
    left = ssl.cert_time_to_seconds(found["notAfter"]) - now().wall
    named = issuer.get("organizationName") or issuer.get("commonName") or "an unnamed authority"
    return f"certificate of {named}, valid for {left / 86_400:.0f} days"
