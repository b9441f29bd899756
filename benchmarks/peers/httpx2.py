"""httpx2, with a token that it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx2
from persium_api.models import Me

from benchmarks.site import Site


def connect(site: Site) -> Callable[[], Me]:
    """``httpx2.Client``."""
    client = httpx2.Client(headers=site.bearer, verify=site.tls())

    def get_me() -> Me:
        return Me.from_dict(client.get(site.me).raise_for_status().json())

    return get_me


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``httpx2.AsyncClient``."""
    client = httpx2.AsyncClient(headers=site.bearer, verify=site.tls())

    async def get_me() -> Me:
        response = await client.get(site.me)
        return Me.from_dict(response.raise_for_status().json())

    return get_me
