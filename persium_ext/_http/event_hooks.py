"""Event hooks of clients of httpx that users pass in: what they raise."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from .connections import Client


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
