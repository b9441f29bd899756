"""httpx, with a token that it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
from persium_api.models import Me

from benchmarks.site import Site


def getter(client: httpx.Client, site: Site) -> Callable[[], Me]:
    """Return a function that calls through *client*."""

    def get_me() -> Me:
        return Me.from_dict(client.get(site.me).raise_for_status().json())

    return get_me


def async_getter(client: httpx.AsyncClient, site: Site) -> Callable[[], Awaitable[Me]]:
    """Return a function that calls through *client*."""

    async def get_me() -> Me:
        response = await client.get(site.me)
        return Me.from_dict(response.raise_for_status().json())

    return get_me


def connect(site: Site) -> Callable[[], Me]:
    """``httpx.Client``."""
    return getter(httpx.Client(headers=site.bearer, verify=site.tls()), site)


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``httpx.AsyncClient``."""
    return async_getter(httpx.AsyncClient(headers=site.bearer, verify=site.tls()), site)
