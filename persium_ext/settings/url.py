"""Which URLs credentials may be sent to."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from .copied import copy_problem

_LABEL: Final = "[a-z0-9_-]{1,63}"
"""Of a host name (RFC 1035, section 2.3.4), with the underscore that names of containers have."""
_AUTHORITY: Final = re.compile(
    rf"({_LABEL}(\.{_LABEL})*\.?|\[[0-9a-f:.]+\])(:[0-9]*)?", re.IGNORECASE
)
_NOT_ALLOWED: Final = re.compile(r"[^\x21-\x7e]|[\\<>\"^`{}|]")


def url_problem(url: str, *, is_base: bool = False) -> str | None:
    """Return why credentials must not be sent to *url*; None: they may.

    It has to be ``https``; ``http`` is for this machine itself only, judged by the parsed host.
    """
    if problem := copy_problem(url):
        return problem
    if _NOT_ALLOWED.search(url):
        return "has white space, or characters that are not allowed in a URL"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not a valid URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "is not a URL of the form https://host/path"
    if "@" in parts.netloc:
        return "has a user name or password in it: remove them"
    if parts.fragment or "#" in url:
        return "has a #fragment: remove it"
    if is_base and "?" in url:
        return "has a ?query: remove it"
    if not _AUTHORITY.fullmatch(parts.netloc):
        return f"has no valid host name: {parts.netloc}"
    if parts.scheme == "http" and not is_loopback(host):
        return "is not https: credentials are sent encrypted, except to this machine itself"
    return None


def is_loopback(host: str) -> bool:
    """Return whether *host* is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
