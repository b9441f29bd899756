"""Requests of a user's client of httpx while ``PersiumAuth`` authenticates them.

The names of local variables of httpx are used here. A test fails if a new version changes them.
"""

from __future__ import annotations

import sys
from traceback import walk_tb

import httpx

from persium_ext._text.secret import Secret


def with_token(request: httpx.Request, token: Secret) -> httpx.Request:
    """Build the request that is sent; the caller's own never carries the token."""
    sent = httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions,
    )
    if isinstance(request.stream, httpx.ByteStream):
        sent.read()  # so that event hooks can look at its content
    sent.headers["Authorization"] = f"Bearer {token.reveal()}"
    return sent


def remove_token(received: httpx.Response, sent: httpx.Request, request: httpx.Request) -> None:
    """Refer to the caller's *request*: responses are stored, and pickled with their request."""
    for response in (received, *received.history):
        if response.request is sent:
            response.request = request
        else:  # a redirect that the caller's client followed
            drop_token(response.request)
    if received.next_request is not None:
        drop_token(received.next_request)


def drop_token(request: httpx.Request) -> None:
    """Remove the token from *request*."""
    request.headers.pop("Authorization", None)


def was_unauthorized(request: httpx.Request) -> bool:
    """Return whether *request* got a 401, and the exception that is handled now hides it.

    httpx ends an auth flow without a response if an event hook raised; its frames hold both.
    """
    error = sys.exception()
    scopes = [frame.f_locals for frame, _ in walk_tb(error.__traceback__ if error else None)]
    found = [scope.get("response") for scope in scopes if scope.get("request") is request]
    return any(isinstance(each, httpx.Response) and each.status_code == 401 for each in found)
