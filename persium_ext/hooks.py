"""Hooks: what a program is told about token requests, retries and calls, such as for metrics.

Override what you need::

    class Metrics(Hooks):
        def on_call(self, event: CallEvent) -> None:
            histogram.record(event.duration, {"operation": event.operation})

Hooks are called in the thread or task of the call, which waits for them: they should be quick. A
hook that raises an exception has no effect on the call, and is logged once. No value has a secret.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Final

from attrs import frozen

_NOTHING: Final = nullcontext()


@frozen(kw_only=True)
class TokenEvent:
    """A token request has ended, with its retries.

    Attributes:
        reason: ``none`` (no token was cached), ``expiring`` (less than 30 s remained),
            ``unauthorized`` (the API refused it), or ``ahead`` (``spread_refresh``).
        url: The token endpoint.
        duration: Seconds.
        expires_in: Seconds that the token is valid for; None: there is no token.
        error: The class of the error; None for a token.
        cooldown: Seconds during which calls get this error without a request; None: not at all.
    """

    reason: str
    url: str
    duration: float
    expires_in: float | None = None
    error: str | None = None
    cooldown: float | None = None


@frozen(kw_only=True)
class RetryEvent:
    """A request has failed, and is sent again after a wait.

    Attributes:
        operation: As in ``CallStart``; ``token request`` for one of those.
        origin: Scheme, host and port of the server.
        attempt: The number of the attempt that failed, from 1.
        status: The HTTP status; None without a response.
        wait: Seconds before the next attempt.
    """

    operation: str
    origin: str
    attempt: int
    status: int | None
    wait: float


@frozen(kw_only=True)
class CallStart:
    """A call begins.

    Attributes:
        operation: The operationId; method and path of a call that openapi.yaml does not describe.
        method: HTTP method.
        url: Its URL, without the query.
    """

    operation: str
    method: str
    url: str


@frozen(kw_only=True)
class CallEvent(CallStart):
    """A call has ended: there is a response, or an error. Its body may not have been read yet.

    Attributes:
        status: The HTTP status of the API's last response; None if there was none.
        duration: Seconds, with token request, attempts and waits.
        attempts: Requests that were sent; the repetition after a 401 is part of its attempt.
        request_id: The server's id of the request.
        error: The class of the error; None for a success.
        token_age: Seconds since the token was requested, at the end of the call; None without one.
    """

    status: int | None
    duration: float
    attempts: int
    request_id: str | None
    error: str | None
    token_age: float | None


class Hooks:
    """The hooks, which do nothing: ``Persium(hooks=…)`` takes an object of a subclass."""

    def on_token(self, event: TokenEvent) -> None:
        """Be told that a token request has ended."""

    def on_retry(self, event: RetryEvent) -> None:
        """Be told that a request will be sent again."""

    def on_call(self, event: CallEvent) -> None:
        """Be told that a call has ended."""

    def around_call(self, start: CallStart) -> AbstractContextManager[object]:
        """Return a context in which the call is made, such as the span of a tracer."""
        del start
        return _NOTHING

    def around_token(self, url: str) -> AbstractContextManager[object]:
        """Return a context in which a token is requested from *url*."""
        del url
        return _NOTHING
