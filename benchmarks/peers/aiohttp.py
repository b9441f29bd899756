"""aiohttp, with a token that it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
from persium_api.models import Me

from benchmarks.site import Site


def session(site: Site) -> aiohttp.ClientSession:
    """Build a session that trusts the authority of the run."""
    connector = aiohttp.TCPConnector(ssl=site.tls())
    return aiohttp.ClientSession(connector=connector, raise_for_status=True)


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``ClientSession``."""
    client = session(site)

    async def get_me() -> Me:
        async with client.get(site.me, headers=site.bearer) as response:
            return Me.from_dict(await response.json())

    return get_me
