"""The pipeline of azure-core with its retry and token policies; transports requests and aiohttp."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from azure.core import AsyncPipelineClient, PipelineClient
from azure.core.credentials import AccessToken
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest
from persium_api.models import Me

from benchmarks.site import CLIENT_ID, CLIENT_SECRET, Site

FORM = {
    "grant_type": "client_credentials",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}


def token_in(response: Any) -> AccessToken:
    """Read the response of the token endpoint."""
    response.raise_for_status()
    body = response.json()
    return AccessToken(body["access_token"], int(time.time()) + body["expires_in"])


class Credential:
    """Requests a token when the policy asks for one."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._client = PipelineClient(site.base_url, policies=[])

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """Request a token."""
        request = HttpRequest("POST", self._site.token_url, data=FORM)
        return token_in(self._client.send_request(request))


class AsyncCredential:
    """The same for tasks."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._client = AsyncPipelineClient(site.base_url, policies=[])

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """Request a token."""
        request = HttpRequest("POST", self._site.token_url, data=FORM)
        return token_in(await self._client.send_request(request))

    async def close(self) -> None:
        """Close nothing: the process ends."""


def connect(site: Site) -> Callable[[], Me]:
    """``PipelineClient``."""
    client = PipelineClient(
        site.base_url,
        policies=[
            policies.UserAgentPolicy("benchmarks"),
            policies.RetryPolicy(),
            policies.BearerTokenCredentialPolicy(Credential(site), "scope"),
        ],
    )

    def get_me() -> Me:
        request = HttpRequest("GET", site.me)
        response = client.send_request(request, enforce_https=False)
        response.raise_for_status()
        return Me.from_dict(response.json())

    return get_me


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``AsyncPipelineClient``."""
    credential = AsyncCredential(site)
    client: AsyncPipelineClient[Any, Any] = AsyncPipelineClient(
        site.base_url,
        policies=[
            policies.UserAgentPolicy("benchmarks"),
            policies.AsyncRetryPolicy(),
            policies.AsyncBearerTokenCredentialPolicy(credential, "scope"),
        ],
    )

    async def get_me() -> Me:
        request = HttpRequest("GET", site.me)
        response = await client.send_request(request, enforce_https=False)
        response.raise_for_status()
        return Me.from_dict(response.json())

    return get_me
