"""Clients of httpx that users pass in, or authenticate: their event hooks and their defaults.

Two things that httpx keeps private are used here and nowhere else: its choice of a transport for a
URL, and the names of its local variables. Their tests fail if a new version changes them.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Awaitable, Callable, Hashable
from traceback import walk_tb
from typing import Any
from weakref import WeakSet, ref

import httpx

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.event_loop import running_loop
from persium_ext._secret import Secret

from .connections import Client, keep_no_cookies
from .connector import refuse_closed
from .messages import Request
from .request_builder import build_request_of


class HookError(httpx.RequestError):
    """An event hook of a client that was passed in raised an exception."""


def check_hook(message: httpx.Request | httpx.Response, error: Exception) -> None:
    """Drop the *error* of an event hook if *message* is a response that is no success.

    What the server answered decides then: the 401 rule, a retry, or the error of that status.

    Raises:
        HookError: In place of any other.
    """
    if isinstance(message, httpx.Request) or message.is_success:
        raise HookError(f"an event hook of http_client raised {type(error).__name__}: {error}")


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


class OwnClient:
    """Sends with a client of threads that was passed in, in place of connections of our own.

    A request with the secret gets neither its event hooks nor its defaults.
    """

    is_own = False

    def __init__(self, client: httpx.Client) -> None:
        if not isinstance(client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise TypeError("http_client has to be an httpx.Client")
        self._client = client
        self._without_hooks = keep_no_cookies(
            httpx.Client(transport=_WithoutHooks(client), trust_env=False)
        )
        self._closed = False

    @property
    def route(self) -> Hashable:
        """Return what the fate of a request depends on, besides its server."""
        return object() if self._closed else ref(self._client)

    def proxy_for(self, request: Request) -> None:
        """Return None: the client keeps its proxies to itself."""

    def take(self, request: Request) -> OwnClient:
        """Return itself: the client has its own pool."""
        del request
        refuse_closed(closed=self._closed)
        return self

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


class AsyncOwnClient:
    """Sends with a client of tasks that was passed in, as ``OwnClient`` does."""

    is_own = False

    def __init__(self, client: httpx.AsyncClient) -> None:
        if not isinstance(client, httpx.AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise TypeError("http_client has to be an httpx.AsyncClient")
        self._client = client
        self._without_hooks = keep_no_cookies(
            httpx.AsyncClient(transport=_AsyncWithoutHooks(client), trust_env=False)
        )
        self._closed: WeakSet[object] = WeakSet()

    @property
    def route(self) -> Hashable:
        """Return what the fate of a request depends on, besides its server."""
        return object() if running_loop() in self._closed else ref(self._client)

    def proxy_for(self, request: Request) -> None:
        """Return None: the client keeps its proxies to itself."""

    def take(self, request: Request) -> AsyncOwnClient:
        """Return itself: the client has its own pool."""
        del request
        refuse_closed(closed=running_loop() in self._closed)
        return self

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


def with_checked_hooks(client: httpx.Client) -> httpx.Client:
    """Return a copy of *client* whose event hooks raise a ``HookError`` or nothing."""

    def checked(hook: Callable[[Any], object]) -> Callable[[Any], None]:
        def call(message: httpx.Request | httpx.Response) -> None:
            try:
                hook(message)
            except Exception as error:  # noqa: BLE001  # a function of the user raises anything
                failed = error
            else:
                return
            check_hook(message, failed)

        return call

    return _replace_hooks(client, checked)


def async_with_checked_hooks(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return a copy of *client* whose event hooks raise a ``HookError`` or nothing."""

    def checked(hook: Callable[[Any], Awaitable[object]]) -> Callable[[Any], Awaitable[None]]:
        async def call(message: httpx.Request | httpx.Response) -> None:
            try:
                await hook(message)
            except Exception as error:  # noqa: BLE001  # a function of the user raises anything
                failed = error
            else:
                return
            check_hook(message, failed)

        return call

    return _replace_hooks(client, checked)


def _replace_hooks(client: Client, checked: Callable[[Any], Any]) -> Client:
    hooks = client.event_hooks
    if not any(hooks.values()):
        return client
    copied = copy.copy(client)
    copied.event_hooks = {event: [checked(hook) for hook in hooks[event]] for event in hooks}
    return copied


def was_unauthorized(request: httpx.Request) -> bool:
    """Return whether *request* got a 401, and the exception that is handled now hides it.

    httpx ends an auth flow without a response if an event hook raised; its frames hold both.
    """
    error = sys.exception()
    scopes = [frame.f_locals for frame, _ in walk_tb(error.__traceback__ if error else None)]
    return any(
        scope.get("request") is request and getattr(scope.get("response"), "status_code", 0) == 401
        for scope in scopes
    )
