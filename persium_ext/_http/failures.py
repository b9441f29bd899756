"""What an exception of httpx means: how far the request got, why it failed, and what to do."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator
from typing import Final, cast

import httpx
from httpcore import ConnectError, ConnectTimeout, PoolTimeout, ProxyError

from persium_ext._text.secret import Secret

from .advice import advice
from .messages import TransportError
from .proxies import Proxy

_LATE: Final[dict[type[BaseException], str]] = {
    httpx.ConnectTimeout: "no connection within the timeout",
    httpx.ReadTimeout: "no data arrived within the timeout",
    httpx.WriteTimeout: "no data could be sent within the timeout",
    httpx.PoolTimeout: "no connection became free within the timeout",
}
_QUOTED: Final = r"(?s):? ?(bytearray\()?b['\"].*"
"""Bytes of the server in the text of an exception: they may echo the request and its secret."""
_LINE: Final = r" \(_ssl\.c:\d+\)$"
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


def to_transport_error(
    error: BaseException, target: str, secret: Secret | None, *, proxy: Proxy | None = None
) -> TransportError:
    """Translate an exception of httpx that was raised for *target*; the *secret* is masked.

    *proxy* is the one that the request should pass through.
    """
    found = advice(error, list(_causes(error)), proxy)
    place = f"{target} through the proxy {proxy}" if proxy else target
    late = _LATE.get(type(error), "")
    candidates = [late, *(_system_text(cause) for cause in _causes(error)), _unquoted(error)]
    text = next((text for text in candidates if text), type(error).__name__)
    reason = f"{place}: {text}"
    return TransportError(
        reason=secret.redact(reason) if secret else reason,
        unsent=_is_unsent(error),
        timed_out=isinstance(error, httpx.TimeoutException),
        final=(found is not None and found.final)
        or isinstance(error, _FINAL)
        or not isinstance(error, _TRANSIENT),
        local=isinstance(error, MemoryError | RecursionError),
        hint=found.text if found else None,
        topic=found.topic if found else None,
    )


def _is_unsent(error: BaseException) -> bool:
    """Return whether httpcore reports that it had no connection to send the request on.

    Other transports raise the same errors of httpx for requests that they have sent.
    """
    return isinstance(error.__cause__, ConnectError | ConnectTimeout | PoolTimeout | ProxyError)


def _unquoted(error: BaseException) -> str:
    """Return the text of *error*, after the name of its type unless it is one of httpx."""
    text = re.sub(_QUOTED, "", str(error))
    named = text and not isinstance(error, httpx.HTTPError)
    return f"{type(error).__name__}: {text}" if named else text


def _system_text(cause: BaseException) -> str:
    """Return the system's text for a failed connection: the same in all concurrency backends."""
    if isinstance(cause, ssl.SSLError):
        return re.sub(_LINE, "", str(cause))
    if not isinstance(cause, OSError) or not cause.errno:
        return ""
    return os.strerror(cause.errno) if cause.errno > 0 else str(cause.strerror)


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
