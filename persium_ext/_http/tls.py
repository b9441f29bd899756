"""TLS contexts, made once for each state of a bundle: making one costs more than many requests."""

from __future__ import annotations

import os
import ssl
from functools import cache, lru_cache
from pathlib import Path

import httpx

from persium_ext.errors import SettingsError

Verify = bool | str | os.PathLike[str] | ssl.SSLContext


def tls_context(verify: Verify) -> ssl.SSLContext:
    """Return a TLS context.

    True verifies certificates with ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` where they are set, else
    with the usual authorities; a path, with the authorities in that file or folder; False verifies
    nothing. What has changed at its path is read again.

    Raises:
        SettingsError: The certificates of the authorities can't be read.
    """
    if not isinstance(verify, bool | str | os.PathLike):
        return verify  # whatever class ssl.SSLContext is now
    try:
        if isinstance(verify, bool):
            # each variable is read once: another thread may change it
            file = os.environ.get("SSL_CERT_FILE") if verify else None
            folder = os.environ.get("SSL_CERT_DIR") if verify and not file else None
            bundle = file or folder
            if not bundle:
                return _usual(verify)
            return _of_environment(file, folder, _version(bundle))
        path = Path(verify)
        return ssl.create_default_context(
            cafile=None if path.is_dir() else path, capath=path if path.is_dir() else None
        )
    except OSError as error:
        source = "SSL_CERT_FILE or SSL_CERT_DIR" if isinstance(verify, bool) else "verify"
        reason = f"{source}: no certificates can be read: {error.strerror or error}"
    raise SettingsError(reason)


@cache
def no_tls_context() -> ssl.SSLContext:
    """Return a context that trusts nobody: httpx requires one for connections without TLS too."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@lru_cache(maxsize=8)
def _usual(verify: bool) -> ssl.SSLContext:  # noqa: FBT001
    return httpx.create_ssl_context(verify=verify, trust_env=False)


@lru_cache(maxsize=8)
def _of_environment(
    file: str | None, folder: str | None, _version: tuple[object, ...]
) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=file or None, capath=folder)


def _version(bundle: str) -> tuple[object, ...]:
    """Return what is different as soon as a file or folder of *bundle* has changed."""
    found = [path.stat() for path in map(Path, bundle.split(os.pathsep)) if path.exists()]
    return tuple((at.st_ino, at.st_mtime_ns, at.st_size) for at in found)
