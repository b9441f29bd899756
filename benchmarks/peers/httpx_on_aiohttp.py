"""httpx with the transport of httpx-aiohttp."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from httpx_aiohttp import HttpxAiohttpClient
from persium_api.models import Me

from benchmarks.site import Site

from .httpx import async_getter


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``HttpxAiohttpClient``."""
    return async_getter(HttpxAiohttpClient(headers=site.bearer, verify=site.tls()), site)
