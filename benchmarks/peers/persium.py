"""Ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from benchmarks.site import CLIENT_ID, CLIENT_SECRET, Site
from persium_ext import AsyncPersium, Persium


def client(site: Site) -> Persium:
    """Build a client of the site."""
    return Persium(
        token_url=site.token_url,
        api_base_url=site.base_url,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
    )


def connect(site: Site) -> Callable[[], object]:
    """Its own method."""
    return client(site).identity.get_me


async def connect_async(site: Site) -> Callable[[], Awaitable[object]]:
    """The same for tasks."""
    return AsyncPersium(
        token_url=site.token_url,
        api_base_url=site.base_url,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
    ).identity.get_me
