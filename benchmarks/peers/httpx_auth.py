"""httpx with the authentication of httpx-auth, which requests and caches the token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
from httpx_auth import OAuth2ClientCredentials
from persium_api.models import Me

from benchmarks.site import CLIENT_ID, CLIENT_SECRET, Site

from .httpx import async_getter, getter


def authentication(site: Site) -> OAuth2ClientCredentials:
    """Build the ``auth`` of a client."""
    return OAuth2ClientCredentials(
        site.token_url, CLIENT_ID, CLIENT_SECRET, client=httpx.Client(verify=site.tls())
    )


def connect(site: Site) -> Callable[[], Me]:
    """``httpx.Client(auth=…)``."""
    return getter(httpx.Client(auth=authentication(site), verify=site.tls()), site)


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``httpx.AsyncClient(auth=…)``."""
    return async_getter(httpx.AsyncClient(auth=authentication(site), verify=site.tls()), site)
