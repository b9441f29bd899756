"""Requests of httpx: a ``Request`` with the defaults of the client that sends it, and a token."""

from __future__ import annotations

import httpx

from persium_ext._runtime.clock import Deadline
from persium_ext._secret import Secret

from .decompression import CODINGS
from .messages import Request, merge_headers


def build_request(
    client: httpx.Client | httpx.AsyncClient,
    request: Request,
    bearer: Secret | None,
    deadline: Deadline,
    timeout: float | None,
) -> httpx.Request:
    """Build *request* with what *client* adds to it, and with *bearer* as its token.

    Each network operation gets *timeout* seconds, or what is left of the *deadline*.
    """
    left = deadline.timeout
    limits = [seconds for seconds in (timeout, left) if seconds is not None]
    built = client.build_request(
        request.method,
        request.url,
        headers=merge_headers({"Accept-Encoding": ", ".join(CODINGS)}, request.headers),
        timeout=httpx.Timeout(min(limits, default=None), pool=left),
        **request.options,
    )
    if "?" in request.url and built.url.query != (query := httpx.URL(request.url).query):
        joined = b"&".join(filter(None, (query, built.url.query)))  # params replaced it
        built.url = built.url.copy_with(query=joined)
    built.headers.pop("Authorization", None)
    if bearer is not None:
        built.headers["Authorization"] = f"Bearer {bearer.reveal()}"
    return built
