"""What to do about a request without a response, by its cause; ``{setting}`` is its URL's name."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import httpx

from persium_ext._runtime.clock import now

from .proxies import Proxy


class Advice(NamedTuple):
    """What to do.

    Attributes:
        text: One sentence.
        topic: The section of Troubleshooting about it; None: that of the error.
        final: Another attempt can't help before that is done.
    """

    text: str
    topic: str | None
    final: bool = True


_TRUST: Final = "name its file in SSL_CERT_FILE, or pass verify="
_CLOCK: Final = "or correct the clock of this machine: it is {now} UTC here"
_EXPIRED: Final = "certificate-expired"
_AUTHORITY: Final = "certificate-authority"
_CERTIFICATE: Final = {
    "expired": Advice(f"the certificate has expired: have it renewed, {_CLOCK}", _EXPIRED),
    "not yet valid": Advice(f"the certificate is not valid yet: wait, {_CLOCK}", _EXPIRED),
    "not valid for": Advice(
        "the certificate is another host's: check the host in {setting}", "certificate-host"
    ),
    "in certificate chain": Advice(
        "the certificate was signed by an authority that is not trusted here, such as that of a "
        f"proxy that inspects TLS: {_TRUST}",
        _AUTHORITY,
    ),
    "self-signed certificate": Advice(
        "the certificate is self-signed: check that {setting} names the right server; if it does, "
        f"trust this certificate: {_TRUST}",
        _AUTHORITY,
    ),
}
"""By words of OpenSSL's reason; any other means ``_UNKNOWN_AUTHORITY``."""
_UNKNOWN_AUTHORITY: Final = Advice(
    "the certificate was signed by an authority that is not trusted here, or the server does not "
    f"send the certificates between: for a private authority, {_TRUST}",
    _AUTHORITY,
)
_HANDSHAKE: Final = "tls-handshake"
_VERSION: Final = Advice(
    "the server and this machine have no version of TLS in common: update the older one", _HANDSHAKE
)
_CLIENT: Final = (
    "the server may ask for a client certificate: pass verify= an ssl.SSLContext that has loaded it"
)
_TLS: Final = {
    "WRONG_VERSION_NUMBER": Advice(
        "the server does not speak TLS on that port: is {setting} the right URL for https?",
        _HANDSHAKE,
    ),
    "PROTOCOL_VERSION": _VERSION,
    "UNSUPPORTED_PROTOCOL": _VERSION,
    "NO_PROTOCOLS_AVAILABLE": _VERSION,
    "CERTIFICATE_REQUIRED": Advice(_CLIENT, _HANDSHAKE),
    "HANDSHAKE_FAILURE": Advice(f"no cipher in common, or {_CLIENT}", _HANDSHAKE, final=False),
    "UNEXPECTED_EOF": Advice(
        "the connection was closed during the TLS handshake: a proxy or firewall may block it",
        _HANDSHAKE,
        final=False,
    ),
}
_NOT_ALLOWED: Final = Advice(
    "the proxy does not allow this host: ask who operates it, or {bypass}",
    "proxy-forbidden",
)
_PASSWORD: Final = Advice(
    "the proxy requires a user name and a password: write them in its URL, "
    "http://user:password@host:port, or correct them",
    "proxy-password",
)
_NO_ROUTE: Final = Advice(
    "the proxy can't connect to that host: check {setting}, and ask who operates the proxy",
    "proxy-no-route",
    final=False,
)
_NO_PROXY: Final = Advice(
    "the proxy can't be reached: check {proxy}, or {bypass}",
    "proxy-unreachable",
    final=False,
)
_PROXY: Final = {"403": _NOT_ALLOWED, "407": _PASSWORD}
"""By the status with which the proxy responded; any other means ``_NO_ROUTE``."""
_UNKNOWN_HOST: Final = Advice(
    "the host in {setting} is unknown here: check its spelling, DNS and VPN",
    "unknown-host",
    final=False,
)
_NO_SERVER: Final = Advice(
    "no server listens there: check host and port in {setting}, or start the server",
    "connection-refused",
    final=False,
)
_UNREACHABLE: Final = Advice(
    "the host in {setting} can't be reached: check network, VPN and firewall; a proxy may be "
    "needed (HTTPS_PROXY)",
    "unreachable",
    final=False,
)
_SLOW: Final = Advice(
    "the server is slow: give the client a larger timeout (seconds)", None, final=False
)
_CLOSED: Final = Advice(
    "the connection was closed, or what came is not HTTP: check scheme and port in {setting}; if "
    "they are right, a proxy, a firewall or a server that restarts may be the cause",
    "connection-closed",
    final=False,
)
_ERRNO: Final = {
    errno.ECONNRESET: _CLOSED,
    errno.ECONNREFUSED: _NO_SERVER,
    errno.EHOSTUNREACH: _UNREACHABLE,
    errno.ENETUNREACH: _UNREACHABLE,
}


def advice(
    error: BaseException, causes: Iterable[BaseException], proxy: Proxy | None
) -> Advice | None:
    """Return what to do about *error*, one of whose *causes* explains it; None: nobody knows.

    *proxy* is the one that the request should pass through.
    """
    if isinstance(error, httpx.ProxyError):
        return proxy_advice(str(error)[:3], proxy)
    found = next(filter(None, map(_tls, causes)), None)
    if found is not None:
        return found
    found = next(filter(None, map(_network, causes)), None)
    if found in {None, _SLOW, _CLOSED} or proxy is None:
        return found
    return _about(proxy, _NO_PROXY)


def proxy_advice(status: str, proxy: Proxy | None) -> Advice:
    """Return what to do about a *proxy* that responded with *status*."""
    return _about(proxy, _PROXY.get(status, _NO_ROUTE))


def _about(proxy: Proxy | None, found: Advice) -> Advice:
    """Return *found* with how the *proxy* was set, which decides how to do without it."""
    source = proxy.source if proxy else "HTTPS_PROXY"
    bypass = "leave it out" if source == "proxy" else "add the host to NO_PROXY"
    return found._replace(text=found.text.replace("{proxy}", source).replace("{bypass}", bypass))


def _tls(cause: BaseException) -> Advice | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        found = _by_words(_CERTIFICATE, cause) or _UNKNOWN_AUTHORITY
        here = f"{datetime.fromtimestamp(now().wall, UTC):%Y-%m-%d %H:%M}"
        return found._replace(text=found.text.replace("{now}", here))
    return _by_words(_TLS, cause) if isinstance(cause, ssl.SSLError) else None


def _by_words(table: Mapping[str, Advice], error: ssl.SSLError) -> Advice | None:
    return next((found for words, found in table.items() if words in str(error)), None)


def _network(cause: BaseException) -> Advice | None:
    if isinstance(cause, socket.gaierror):
        return _UNKNOWN_HOST
    if isinstance(cause, httpx.ConnectTimeout):
        return _UNREACHABLE
    if isinstance(cause, httpx.ReadTimeout | httpx.WriteTimeout):
        return _SLOW
    if isinstance(cause, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return _CLOSED
    return _ERRNO.get(cause.errno or 0) if isinstance(cause, OSError) else None
