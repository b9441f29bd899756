"""Clients of httpx that users pass in, in place of our own connections.

Their choice of a transport for a URL, which httpx keeps private, is used here and nowhere else. A
test fails if a new version changes it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import Any, Generic, Self
from weakref import WeakSet, ref

import httpx

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.event_loop import running_loop
from persium_ext._text.secret import Secret

from .connections import Client, client_closed, keep_no_cookies
from .event_hooks import async_with_checked_hooks, with_checked_hooks
from .messages import Request
from .request_builder import build_request_of


class _WithoutHooks(httpx.BaseTransport):
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        transport = self._client._transport_for_url(request.url)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # httpx has no public access
        return transport.handle_request(request)


class _AsyncWithoutHooks(httpx.AsyncBaseTransport):
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        transport = self._client._transport_for_url(request.url)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # httpx has no public access
        return await transport.handle_async_request(request)


class _OwnClient(ABC, Generic[Client]):
    """What ``OwnClient`` and ``AsyncOwnClient`` have in common."""

    is_own = False

    def __init__(self, client: Client, kind: type[Client], transport: Any) -> None:  # noqa: ANN401  # of that kind
        if not isinstance(client, kind):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise TypeError(f"http_client has to be an httpx.{kind.__name__}")
        self._client: Client = client
        self._without_hooks: Client = keep_no_cookies(kind(transport=transport, trust_env=False))

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether calls are refused."""

    @property
    def route(self) -> Hashable:
        """What the fate of a request depends on, besides its server."""
        return object() if self.closed else ref(self._client)

    def proxy_for(self, request: Request) -> None:
        """Return None: the client keeps its proxies to itself."""

    def take(self, request: Request) -> Self:
        """Return itself: the client has its own pool."""
        del request
        if self.closed:
            raise client_closed()
        return self


class OwnClient(_OwnClient[httpx.Client]):
    """Sends with a client of threads that was passed in, in place of connections of our own.

    A request with the secret gets neither its event hooks nor its defaults.
    """

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(client, httpx.Client, _WithoutHooks(client))
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether calls are refused."""
        return self._closed

    def open(
        self, request: Request, bearer: Secret | None, deadline: Deadline, timeout: float | None
    ) -> httpx.Response:
        """Send *request* and return its response, whose body is still to be read."""
        client = self._without_hooks if request.confidential else with_checked_hooks(self._client)
        built = build_request_of(client, request, bearer, deadline, timeout)
        return client.send(built, auth=None, follow_redirects=False, stream=True)

    def keep(self) -> None:
        """Do nothing: the client has its own pool."""

    def close(self) -> None:
        """Refuse further calls; the client stays open."""
        self._closed = True


class AsyncOwnClient(_OwnClient[httpx.AsyncClient]):
    """Sends with a client of tasks that was passed in, as ``OwnClient`` does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        super().__init__(client, httpx.AsyncClient, _AsyncWithoutHooks(client))
        self._closed: WeakSet[object] = WeakSet()

    @property
    def closed(self) -> bool:
        """Whether calls of this event loop are refused."""
        return running_loop() in self._closed

    async def open(
        self,
        request: Request,
        bearer: Secret | None,
        deadline: Deadline,
        timeout: float | None,  # noqa: ASYNC109  # of one network operation
    ) -> httpx.Response:
        """Send *request* and return its response, whose body is still to be read."""
        own = self._client
        client = self._without_hooks if request.confidential else async_with_checked_hooks(own)
        built = build_request_of(client, request, bearer, deadline, timeout)
        return await client.send(built, auth=None, follow_redirects=False, stream=True)

    async def keep(self) -> None:
        """Do nothing: the client has its own pool."""

    async def abandon(self) -> None:
        """Do nothing: the client has its own pool."""

    async def aclose(self) -> None:
        """Refuse further calls from this event loop; the client stays open."""
        self._closed.add(running_loop())
