"""The client of the SDK openai, whose transport many generated SDKs have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import openai

from benchmarks.site import Site


class Me(openai.BaseModel):
    """The calling client, as a model of that SDK."""

    client_id: str
    organisation_uuid: UUID
    label: str
    all_organisations: bool


def connect(site: Site) -> Callable[[], Me]:
    """``OpenAI.get(…, cast_to=…)``."""
    client = openai.OpenAI(
        api_key=site.token,
        base_url=site.base_url,
        http_client=openai.DefaultHttpxClient(verify=site.tls()),
    )
    return lambda: client.get("/me", cast_to=Me)


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``AsyncOpenAI.get(…, cast_to=…)``."""
    return getter(site, openai.DefaultAsyncHttpxClient(verify=site.tls()))


def getter(site: Site, transport: Any) -> Callable[[], Awaitable[Me]]:
    """Return a function that calls through *transport*."""
    client = openai.AsyncOpenAI(api_key=site.token, base_url=site.base_url, http_client=transport)
    return lambda: client.get("/me", cast_to=Me)
