"""What an error of httpx means: how far the request came, why, and what to do about it."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator
from typing import Final, cast

import httpx

from ._token_cache import AccessToken
from ._wire import Failure

_UNTRUSTED: Final = (
    "an authority that is not trusted here signed the certificate: name its file in "
    "SSL_CERT_FILE, or pass verify="
)
_NO_TLS: Final = "that port speaks no TLS: is it the right one for https?"
_LATE: Final[dict[type[Exception], str]] = {
    httpx.ConnectTimeout: "no connection within the timeout",
    httpx.ReadTimeout: "nothing came within the timeout",
    httpx.WriteTimeout: "nothing could be sent within the timeout",
    httpx.PoolTimeout: "no connection came free within the timeout",
}
_QUOTED: Final = re.compile(r":? ?(bytearray\()?b['\"].*", re.DOTALL)
"""Bytes of the server in an error's words: they may be an echo of the request and its secret."""
_UNSENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


def failure(error: Exception, place: str, token: AccessToken | None) -> Failure:
    """Translate an error of httpx that happened at *place*; the *token* is masked."""
    hint = _tls_hint(error)
    late = _LATE.get(type(error), "")
    said = [late, *(_words(cause) for cause in _causes(error)), _unquoted(error)]
    words = next((word for word in said if word), type(error).__name__)
    return Failure(
        reason=f"{place}: {token.redact(words) if token else words}",
        unsent=isinstance(error, _UNSENT),
        timed_out=isinstance(error, httpx.TimeoutException),
        final=bool(hint) or isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError),
        hint=hint,
    )


def _unquoted(error: Exception) -> str:
    return _QUOTED.sub("", str(error))


def _words(cause: BaseException) -> str:
    """What the system says of a failed connection: the same words in all three worlds."""
    if isinstance(cause, ssl.SSLError):
        return str(cause)
    if not isinstance(cause, OSError) or not cause.errno:
        return ""
    return os.strerror(cause.errno) if cause.errno > 0 else str(cause.strerror)


def _tls_hint(error: Exception) -> str | None:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _UNTRUSTED
        if isinstance(cause, ssl.SSLError) and "WRONG_VERSION_NUMBER" in str(cause):
            return _NO_TLS
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk from *error* to what it came from; some engines leave all words to the cause."""
    here: BaseException | None = error
    while here is not None:
        yield here
        here = _first_of(here) or here.__cause__ or here.__context__


def _first_of(error: BaseException) -> BaseException | None:
    """The first error of a group, as of the addresses that one name has."""
    several = getattr(error, "exceptions", None)
    return cast("tuple[BaseException, ...]", several)[0] if several else None
