"""Token sources: give the current token to a call, and request one if needed (TP-1 to TP-4).

The code is written once, with ``await``; ``TokenSource`` runs it in threads.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from persium_ext._http.transport import AsyncTransport, Transport
from persium_ext._observation.log import log
from persium_ext._retry.limits import RequestLimits
from persium_ext._runtime.clock import now
from persium_ext._runtime.concurrency import run_blocking, settled
from persium_ext._runtime.single_flight import Flight, SingleFlight
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._runtime.threads import ThreadBackend
from persium_ext._text.secret import Secret
from persium_ext.errors import SettingsError
from persium_ext.settings import Settings

from .access_token import AccessToken
from .cache import CacheEntry, TokenCache
from .fetcher import TokenFetcher
from .token_failure import TokenFailure

AnyFlight: TypeAlias = Flight[AccessToken | TokenFailure]
_STOPPED: Final = (
    "a token request is in flight, but it can't go on while this caller blocks its thread or event "
    "loop: sending another one"
)


class AsyncTokenSource:
    """Gives tokens to tasks."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: Transport | AsyncTransport,
        backend: ThreadBackend | TaskBackend,
        cache: TokenCache,
        spread: bool,
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._fetcher = TokenFetcher(settings, transport=transport, backend=backend)
        self._cache = cache
        self._spread = spread
        self._entry = CacheEntry()
        self._flights: SingleFlight[AccessToken | TokenFailure] = SingleFlight(AccessToken)

    def current(self) -> AccessToken | None:
        """Return the cached token; None: ``token`` has something to do first."""
        token = self._entry.token
        return None if self._spread or token is None or not token.is_fresh(now()) else token

    async def token(self, limits: RequestLimits) -> AccessToken:
        """Return a token that is valid for at least 30 s, requesting one if needed.

        Raises:
            PersiumError: No token could be obtained: a TokenError, or a SettingsError for the
                secret.
            OutOfTimeError: The deadline came first.
        """
        token = await self._current(limits)
        if not self._spread or not self._entry.claim_refresh(now()):
            return token
        await self._refresh(limits.for_refresh())
        return await self._current(limits)

    def invalidate(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already replaced it."""
        self._entry.invalidate(token)

    async def _current(self, limits: RequestLimits) -> AccessToken:
        while True:
            token = self._entry.token
            if token is not None and token.is_fresh(now()):
                return token
            result = await self._share(self._flights, self._renew, limits)
            if isinstance(result, TokenFailure):
                raise copy.copy(result.error) from result.error.__cause__
            if result.is_fresh(now()) or result.usable_once(now()):
                return result

    async def _share(
        self,
        flights: SingleFlight[AccessToken | TokenFailure],
        work: Callable[[RequestLimits, AnyFlight], Awaitable[AccessToken | TokenFailure]],
        limits: RequestLimits,
        above: AnyFlight | None = None,
    ) -> AccessToken | TokenFailure:
        """Do *work*, or wait for the caller that is doing it, and return its result.

        *above* is a flight that the caller leads meanwhile.
        """
        me, result = self._backend.caller(), None
        try:
            while True:
                flight = flights.join(me, lease=limits.lease)
                if not flight.is_led_by(me) and flight.is_stopped_by(me):
                    log(logging.DEBUG, "flight_blocked", _STOPPED)
                    flight = AnyFlight(me)
                if above is not None:
                    above.follows = flight
                if flight.is_led_by(me):
                    result = await work(limits, flight)
                    return result
                await settled(self._backend.wait(flight, limits.deadline))
                if flight.result is not None and self._concerns(flight.result, limits):
                    return flight.result
        finally:
            flights.leave(me, result)

    def _concerns(self, result: AccessToken | TokenFailure, limits: RequestLimits) -> bool:
        """Return whether a *result* of another caller is the result of this one too."""
        return isinstance(result, AccessToken) or result.concerns(
            self._fetcher.route, limits.patience
        )

    async def _renew(self, limits: RequestLimits, flight: AnyFlight) -> AccessToken | TokenFailure:
        secret = _read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return TokenFailure(error=secret)
        entry = self._entry = self._cache.entry(self._settings, secret)

        def known() -> AccessToken | TokenFailure | None:
            return entry.lookup(now(), route=self._fetcher.route, patience=limits.patience)

        async def request(limits: RequestLimits, flight: AnyFlight) -> AccessToken | TokenFailure:
            return known() or await self._fetcher.request(entry, secret, limits, flight)

        return known() or await self._share(entry.flights, request, limits, flight)

    async def _refresh(self, limits: RequestLimits) -> None:
        """Refresh the claimed token; only the caller that claimed it waits."""
        claimed, secret = self._entry, _read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return
        entry = self._entry = self._cache.entry(self._settings, secret)
        if entry is not claimed:
            return  # the secret was rotated: the next request uses the new one
        me, token = self._backend.caller(), None
        try:
            flight = entry.flights.join(me, lease=limits.lease)
            if flight.is_led_by(me):
                token = await self._fetcher.refresh(entry, secret, limits, flight)
        finally:
            entry.flights.leave(me, token)


class TokenSource:
    """Gives tokens to threads, with a *source* whose backend and transport are those of threads."""

    def __init__(self, source: AsyncTokenSource) -> None:
        self._source = source

    def current(self) -> AccessToken | None:
        """Return the cached token; None: ``token`` has something to do first."""
        return self._source.current()

    def token(self, limits: RequestLimits) -> AccessToken:
        """Return a token, as ``AsyncTokenSource.token`` does."""
        return run_blocking(self._source.token, limits)

    def invalidate(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already replaced it."""
        self._source.invalidate(token)


def _read_secret(settings: Settings) -> Secret | SettingsError:
    """Read the current secret; a failure is a value, because the callers share it."""
    try:
        return settings.secret.read()
    except SettingsError as error:
        return error
