"""The token fetcher: sends token requests, with retries, and stores what the endpoint said."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any, Final

from persium_ext._http.messages import Request, Response, TransportError, origin
from persium_ext._http.transport import AsyncTransport, Transport
from persium_ext._retry import budget
from persium_ext._retry.limits import RequestLimits, next_delay
from persium_ext._runtime.clock import OutOfTimeError, now
from persium_ext._runtime.concurrency import settled
from persium_ext._runtime.single_flight import Flight
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._runtime.threads import ThreadBackend
from persium_ext._text.secret import Secret
from persium_ext.errors import TokenEndpointUnavailable
from persium_ext.settings import Settings

from .access_token import AccessToken
from .cache import CacheEntry
from .endpoint import read_response, token_request
from .observation import TokenObservation
from .token_failure import TokenFailure

_LATE: Final = "check TOKEN_URL and the network, or give calls a larger deadline (seconds)"


class TokenFetcher:
    """Requests tokens."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: Transport | AsyncTransport,
        backend: ThreadBackend | TaskBackend,
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._backend = backend
        self._origin = origin(settings.token_url)

    @property
    def route(self) -> Hashable:
        """The connections that its requests use."""
        return self._transport.connections.route

    async def request(
        self, entry: CacheEntry, secret: Secret, limits: RequestLimits, flight: Flight[Any]
    ) -> AccessToken | TokenFailure:
        """Request a token, and store the token or the failure in *entry*."""
        route, patience = self.route, limits.patience
        with self._observe(limits, entry.reason) as observation:
            try:
                result = await self.fetch(secret, limits, flight)
            except BaseException:  # an endpoint that does not answer, or a caller that went away
                if not limits.deadline.remaining:
                    late = _no_response(route, patience)
                    observation.ended(late, cooldown=entry.remember(late, now()))
                raise
            if isinstance(result, AccessToken):
                entry.store(result, now(), route=route)
                observation.ended(result)
            else:
                observation.ended(result, cooldown=entry.remember(result, now()))
        return result

    async def refresh(
        self, entry: CacheEntry, secret: Secret, limits: RequestLimits, flight: Flight[Any]
    ) -> AccessToken | None:
        """Request a token ahead of time, and store it in *entry*.

        None: it failed, which concerns nobody while the old one is good.
        """
        route, patience = self.route, limits.patience
        with self._observe(limits, "ahead") as observation:
            try:
                result = await self.fetch(secret, limits, flight)
            except OutOfTimeError:
                result = _no_response(route, patience)
            observation.ended(result)
        if isinstance(result, TokenFailure):
            entry.refresh_failed(result, now())
            return None
        entry.store(result, now(), route=route)
        return result

    def _observe(self, limits: RequestLimits, reason: str) -> TokenObservation:
        return TokenObservation(limits.hooks, self._settings.token_url, reason)

    async def fetch(
        self, secret: Secret, limits: RequestLimits, flight: Flight[Any]
    ) -> AccessToken | TokenFailure:
        """Send token requests until one leads to a token, or to a final failure.

        The lease of *flight* is extended before each attempt, and before each wait.

        Raises:
            OutOfTimeError: The deadline came first.
        """
        attempts, patience = 0, limits.patience
        while True:
            attempts += 1
            flight.extend(limits.lease)
            sent = now()
            response = await self._send(secret, limits)
            result = read_response(
                response,
                url=self._settings.token_url,
                secret=secret,
                sent=sent,
                received=now(),
                attempts=attempts,
            )
            if isinstance(result, AccessToken):
                budget.refill(self._origin)
                return result
            delay = next_delay(
                result.attempt(attempts), limits, origin=self._origin, operation="token request"
            )
            if delay is None:
                return self._located(result, patience)
            flight.extend(delay + limits.lease)
            await settled(self._backend.sleep(delay))

    async def _send(self, secret: Secret, limits: RequestLimits) -> Response | TransportError:
        response: Response | TransportError | None = None
        try:
            with self._backend.within(limits.deadline):
                response = await settled(
                    self._transport.send(
                        self._token_request(secret),
                        deadline=limits.deadline,
                        timeout=limits.timeout,
                    )
                )
        except OutOfTimeError:
            pass
        late = isinstance(response, TransportError) and not limits.deadline.remaining
        if response is None or late:
            raise OutOfTimeError
        return response

    def _token_request(self, secret: Secret) -> Request:
        return token_request(
            token_url=self._settings.token_url,
            client_id=self._settings.client_id,
            client_secret=secret,
            scope=self._settings.scope,
        )

    def _located(self, failure: TokenFailure, patience: float) -> TokenFailure:
        """Add whom *failure* concerns: all if the endpoint itself answered, else its route.

        A client that was passed in may be a mock, so what it answers is no answer of the endpoint.
        """
        answered = self._transport.connections.is_own and failure.status is not None
        return failure._replace(
            route=None if answered else self.route,
            patience=patience if failure.timed_out else math.inf,
        )


def _no_response(route: Hashable, patience: float) -> TokenFailure:
    """Describe an endpoint that did not answer before the deadline."""
    error = TokenEndpointUnavailable("no response before the deadline of a call", hint=_LATE)
    return TokenFailure(error=error, route=route, patience=patience)
