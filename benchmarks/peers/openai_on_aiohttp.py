"""The client of the SDK openai with the transport aiohttp, which it has as an option."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import openai

from benchmarks.site import Site

from .openai import Me, getter


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``AsyncOpenAI(http_client=DefaultAioHttpClient())``."""
    return getter(site, openai.DefaultAioHttpClient(verify=site.tls()))
