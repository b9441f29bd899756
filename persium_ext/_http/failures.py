"""What an exception of httpx means: how far the request got, why it failed, and what to do."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, cast

import httpx
from httpcore import ConnectError, ConnectTimeout, PoolTimeout, ProxyError

from persium_ext._runtime.clock import now
from persium_ext._secret import Secret

from .messages import TransportError

_UNTRUSTED: Final = (
    "the certificate was signed by an authority that is not trusted here: name its file in "
    "SSL_CERT_FILE, or pass verify="
)
_CLOCK: Final = "or correct the clock of this machine: it is {now:%Y-%m-%d %H:%M} UTC here"
_CERTIFICATE_HINTS: Final = {
    "expired": f"the certificate has expired: have it renewed, {_CLOCK}",
    "not yet valid": f"the certificate is not valid yet: wait, {_CLOCK}",
    "not valid for": "the certificate is another host's: check the host in the URL",
}
"""By words of OpenSSL's reason; any other means ``_UNTRUSTED``."""
_NO_TLS: Final = "the server does not speak TLS on that port: is it the right one for https?"
_VERSION: Final = (
    "the server and this machine have no version of TLS in common: update the older one"
)
_TLS_HINTS: Final = {
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "PROTOCOL_VERSION": _VERSION,
    "UNSUPPORTED_PROTOCOL": _VERSION,
    "NO_PROTOCOLS_AVAILABLE": _VERSION,
}
PROXY_HINTS: Final = {
    "403": "the proxy does not allow this host: ask who operates it, or add the host to NO_PROXY",
    "407": (
        "the proxy requires a user name and a password: write them in its URL, "
        "http://user:password@host:port, or correct them"
    ),
}
"""By the status with which the proxy responded."""
_LATE: Final[dict[type[BaseException], str]] = {
    httpx.ConnectTimeout: "no connection within the timeout",
    httpx.ReadTimeout: "no data arrived within the timeout",
    httpx.WriteTimeout: "no data could be sent within the timeout",
    httpx.PoolTimeout: "no connection became free within the timeout",
}
_QUOTED: Final = re.compile(r":? ?(bytearray\()?b['\"].*", re.DOTALL)
"""Bytes of the server in the text of an exception: they may echo the request and its secret."""
_STACK: Final = {"anyio", "asyncio", "builtins", "h11", "httpcore", "httpx", "socksio", "trio"}
"""Where the exceptions of a transport have their roots; those of idna and ssl are built in."""
_FINAL: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
_TRANSIENT: Final = (httpx.TransportError, httpx.DecodingError, OSError)


def is_interruption(error: BaseException) -> bool:
    """Return whether *error* is not of the transport: Ctrl-C, or the time limit of a job.

    Signal handlers raise exceptions of any class, anywhere.
    """
    root = type(error).__mro__[-4:][0]  # below Exception, where there is one
    return not isinstance(error, Exception) or root.__module__.partition(".")[0] not in _STACK


def to_transport_error(error: BaseException, place: str, secret: Secret | None) -> TransportError:
    """Translate an exception of httpx that was raised for *place*; the *secret* is masked."""
    hint = _proxy_hint(error) or _tls_hint(error)
    late = _LATE.get(type(error), "")
    candidates = [late, *(_system_text(cause) for cause in _causes(error)), _unquoted(error)]
    text = next((text for text in candidates if text), type(error).__name__)
    return TransportError(
        reason=f"{place}: {secret.redact(text) if secret else text}",
        unsent=_is_unsent(error),
        timed_out=isinstance(error, httpx.TimeoutException),
        final=bool(hint) or isinstance(error, _FINAL) or not isinstance(error, _TRANSIENT),
        hint=hint,
    )


def _is_unsent(error: BaseException) -> bool:
    """Return whether httpcore reports that it had no connection to send the request on.

    Other transports raise the same errors of httpx for requests that they have sent.
    """
    return isinstance(error.__cause__, ConnectError | ConnectTimeout | PoolTimeout | ProxyError)


def _unquoted(error: BaseException) -> str:
    """Return the text of *error*, after the name of its type unless it is one of httpx."""
    text = _QUOTED.sub("", str(error))
    named = text and not isinstance(error, httpx.HTTPError)
    return f"{type(error).__name__}: {text}" if named else text


def _system_text(cause: BaseException) -> str:
    """Return the system's text for a failed connection: the same in all concurrency backends."""
    if isinstance(cause, ssl.SSLError):
        return str(cause)
    if not isinstance(cause, OSError) or not cause.errno:
        return ""
    return os.strerror(cause.errno) if cause.errno > 0 else str(cause.strerror)


def _proxy_hint(error: BaseException) -> str | None:
    return PROXY_HINTS.get(str(error)[:3]) if isinstance(error, httpx.ProxyError) else None


def _tls_hint(error: BaseException) -> str | None:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = _hint_in(_CERTIFICATE_HINTS, cause) or _UNTRUSTED
            return hint.format(now=datetime.fromtimestamp(now().wall, UTC))
        if isinstance(cause, ssl.SSLError):
            return _hint_in(_TLS_HINTS, cause)
    return None


def _hint_in(hints: Mapping[str, str], error: ssl.SSLError) -> str | None:
    return next((hint for words, hint in hints.items() if words in str(error)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and its causes; some backends leave the explanation to the cause."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = _first_of(current) or current.__cause__ or current.__context__


def _first_of(error: BaseException) -> BaseException | None:
    """Return the first exception of a group, such as one for each address of a host."""
    several = getattr(error, "exceptions", None)
    return cast("tuple[BaseException, ...]", several)[0] if several else None
