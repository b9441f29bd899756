"""pyreqwest, a client in Rust, with a token that it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from persium_api.models import Me
from pyreqwest.client import ClientBuilder, SyncClientBuilder

from benchmarks.site import Site


def connect(site: Site) -> Callable[[], Me]:
    """``SyncClient``."""
    client = (
        SyncClientBuilder()
        .add_root_certificate_pem(site.certificate())
        .default_headers(site.bearer)
        .error_for_status(enable=True)
        .build()
    )
    return lambda: Me.from_dict(client.get(site.me).build().send().json())


async def connect_async(site: Site) -> Callable[[], Awaitable[Me]]:
    """``Client``."""
    client = (
        ClientBuilder()
        .add_root_certificate_pem(site.certificate())
        .default_headers(site.bearer)
        .error_for_status(enable=True)
        .build()
    )

    async def get_me() -> Me:
        response = await client.get(site.me).build().send()
        return Me.from_dict(await response.json())

    return get_me
