"""Token fetchers: send token requests, with retries, and return what the endpoint said.

``TokenFetcher`` and ``AsyncTokenFetcher`` are twins: they differ in ``async`` and ``await`` only.
"""

from __future__ import annotations

from persium_ext._http.messages import Request, Response, TransportError, origin
from persium_ext._http.transport import AsyncTransport, Transport
from persium_ext._retry import budget
from persium_ext._retry.limits import RequestLimits, next_delay
from persium_ext._runtime.clock import now
from persium_ext._runtime.concurrency import OutOfTimeError, TaskBackend, ThreadBackend
from persium_ext._secret import Secret
from persium_ext.settings import Settings

from .access_token import AccessToken
from .endpoint import TokenFailure, read_response, token_request


class TokenFetcher:
    """Requests tokens for threads."""

    def __init__(self, settings: Settings, *, transport: Transport, backend: ThreadBackend) -> None:
        self._settings = settings
        self._transport = transport
        self._backend = backend
        self._origin = origin(settings.token_url)

    def fetch(self, secret: Secret, limits: RequestLimits) -> AccessToken | TokenFailure:
        """Send token requests until one leads to a token, or to a final failure.

        Raises:
            OutOfTimeError: The deadline came first.
        """
        attempts = 0
        while True:
            attempts += 1
            sent = now()
            response = self._send(secret, limits)
            result = read_response(
                response, secret=secret, sent=sent, received=now(), attempts=attempts
            )
            if isinstance(result, AccessToken):
                budget.refill(self._origin)
                return result
            delay = next_delay(result.attempt(attempts), limits, origin=self._origin)
            if delay is None:
                return result
            self._backend.sleep(delay)

    def _send(self, secret: Secret, limits: RequestLimits) -> Response | TransportError:
        response: Response | TransportError | None = None
        try:
            with self._backend.within(limits.deadline):
                response = self._transport.send(
                    _build(self._settings, secret), deadline=limits.deadline, timeout=limits.timeout
                )
        except OutOfTimeError:
            pass
        late = isinstance(response, TransportError) and not limits.deadline.remaining
        if response is None or late:
            raise OutOfTimeError
        return response


class AsyncTokenFetcher:
    """Requests tokens for tasks."""

    def __init__(
        self, settings: Settings, *, transport: AsyncTransport, backend: TaskBackend
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._backend = backend
        self._origin = origin(settings.token_url)

    async def fetch(self, secret: Secret, limits: RequestLimits) -> AccessToken | TokenFailure:
        """Send token requests until one leads to a token, or to a final failure.

        Raises:
            OutOfTimeError: The deadline came first.
        """
        attempts = 0
        while True:
            attempts += 1
            sent = now()
            response = await self._send(secret, limits)
            result = read_response(
                response, secret=secret, sent=sent, received=now(), attempts=attempts
            )
            if isinstance(result, AccessToken):
                budget.refill(self._origin)
                return result
            delay = next_delay(result.attempt(attempts), limits, origin=self._origin)
            if delay is None:
                return result
            await self._backend.sleep(delay)

    async def _send(self, secret: Secret, limits: RequestLimits) -> Response | TransportError:
        response: Response | TransportError | None = None
        try:
            with self._backend.within(limits.deadline):
                response = await self._transport.send(
                    _build(self._settings, secret), deadline=limits.deadline, timeout=limits.timeout
                )
        except OutOfTimeError:
            pass
        late = isinstance(response, TransportError) and not limits.deadline.remaining
        if response is None or late:
            raise OutOfTimeError
        return response


def _build(settings: Settings, secret: Secret) -> Request:
    return token_request(
        token_url=settings.token_url,
        client_id=settings.client_id,
        client_secret=secret,
        scope=settings.scope,
    )
