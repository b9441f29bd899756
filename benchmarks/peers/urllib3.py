"""urllib3, with a token that it is given."""

from __future__ import annotations

from collections.abc import Callable

import urllib3
from persium_api.models import Me

from benchmarks.site import Site


def connect(site: Site) -> Callable[[], Me]:
    """``PoolManager``, with a connection for each thread."""
    pool = urllib3.PoolManager(maxsize=100, headers=site.bearer, ssl_context=site.tls())

    def get_me() -> Me:
        response = pool.request("GET", site.me)
        if response.status != 200:
            raise RuntimeError(f"status {response.status}")
        return Me.from_dict(response.json())

    return get_me
