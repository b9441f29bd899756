"""Authlib's clients for httpx, which request and renew the token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuth2Client
from persium_api.models import Me

from benchmarks.site import CLIENT_ID, CLIENT_SECRET, Site

from .httpx import async_getter, getter


def options(site: Site) -> dict[str, Any]:
    """Return the arguments of a client."""
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "token_endpoint": site.token_url,
        "token_endpoint_auth_method": "client_secret_post",
        "grant_type": "client_credentials",
        "verify": site.tls(),
    }


def connect(site: Site) -> Callable[[], Me]:
    """``OAuth2Client``."""
    client = OAuth2Client(**options(site))
    client.fetch_token()
    return getter(client, site)


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``AsyncOAuth2Client``."""
    client = AsyncOAuth2Client(**options(site))
    await client.fetch_token()
    return async_getter(client, site)
