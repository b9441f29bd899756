"""aiohttp with a token that is requested once: what a careful user writes in an afternoon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
from persium_api.models import Me

from benchmarks.site import CLIENT_ID, CLIENT_SECRET, Site

from .aiohttp import session

MARGIN = 30
FORM = {
    "grant_type": "client_credentials",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}


class TokenSource:
    """Requests a token while other tasks wait for it."""

    def __init__(self, client: aiohttp.ClientSession, token_url: str) -> None:
        self._client = client
        self._token_url = token_url
        self._lock = asyncio.Lock()
        self._token = ""
        self._fresh_until = 0.0

    async def token(self) -> str:
        """Return a token with 30 s left."""
        if time.monotonic() < self._fresh_until:
            return self._token
        async with self._lock:
            if time.monotonic() >= self._fresh_until:
                sent = time.monotonic()
                async with self._client.post(self._token_url, data=FORM) as response:
                    body = await response.json()
                self._token = body["access_token"]
                self._fresh_until = sent + body["expires_in"] - MARGIN
        return self._token


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``ClientSession`` and a token source."""
    client = session(site)
    source = TokenSource(client, site.token_url)

    async def get_me() -> Me:
        bearer = {"Authorization": f"Bearer {await source.token()}"}
        async with client.get(site.me, headers=bearer) as response:
            return Me.from_dict(await response.json())

    return get_me
