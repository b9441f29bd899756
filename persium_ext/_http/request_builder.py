"""Requests of httpx, built from a ``Request``, with a token and its time limits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Any, Final

import httpx

from persium_ext._runtime.clock import Deadline
from persium_ext._text.secret import Secret

from .messages import Request


class _NoBody(httpx.ByteStream):
    """No chunk at all, where httpx sends an empty one through all layers."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration


_NO_BODY: Final = _NoBody(b"")
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


def build_request(
    request: Request, bearer: Secret | None, deadline: Deadline, timeout: float | None
) -> httpx.Request:
    """Build *request* with *bearer* as its token.

    Each network operation gets *timeout* seconds, or what is left of the *deadline*.
    """
    url, host = _parsed(request.url)
    lines = [host, *request.headers.lines]
    if bearer is not None:
        lines.append((b"Authorization", b"Bearer " + bearer.reveal().encode()))
    options: Any = request.options
    if not options and request.method in _WITHOUT_BODY:
        options = {"stream": _NO_BODY}
    built = httpx.Request(
        request.method, url, headers=lines, extensions=_limits(deadline, timeout), **options
    )
    if "params" in options:
        _keep_query(built, url)
    return built


def build_request_of(
    client: httpx.Client | httpx.AsyncClient,
    request: Request,
    bearer: Secret | None,
    deadline: Deadline,
    timeout: float | None,
) -> httpx.Request:
    """Build *request* as ``build_request`` does, with what a *client* of the user adds to it."""
    built = client.build_request(
        request.method,
        request.url,
        headers=[*request.headers.lines],
        extensions=_limits(deadline, timeout),
        **request.options,
    )
    _keep_query(built, httpx.URL(request.url))
    built.headers.pop("Authorization", None)
    if bearer is not None:
        built.headers["Authorization"] = f"Bearer {bearer.reveal()}"
    return built


@lru_cache(maxsize=128)
def _parsed(url: str) -> tuple[httpx.URL, tuple[bytes, bytes]]:
    parsed = httpx.URL(url)
    _ = parsed.host  # decodes an international name, or raises an error
    return parsed, (b"Host", parsed.netloc)


def _limits(deadline: Deadline, timeout: float | None) -> dict[str, Any]:
    left = deadline.timeout
    each = left if timeout is None else timeout if left is None else min(timeout, left)
    return {"timeout": {"connect": each, "read": each, "write": each, "pool": left}}


def _keep_query(built: httpx.Request, url: httpx.URL) -> None:
    """Put the query of *url* before the params, which replaced it."""
    if url.query and built.url.query != url.query:
        joined = b"&".join(filter(None, (url.query, built.url.query)))
        built.url = built.url.copy_with(query=joined)
