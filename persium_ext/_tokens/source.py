"""Token sources: give the current token to a call, and request one if needed (TP-1 to TP-4).

``TokenSource`` and ``AsyncTokenSource`` are twins: they differ in ``async`` and ``await`` only.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable

from persium_ext._http.transport import AsyncTransport, Transport
from persium_ext._retry.limits import RequestLimits
from persium_ext._runtime.clock import now
from persium_ext._runtime.concurrency import OutOfTimeError, TaskBackend, ThreadBackend
from persium_ext._runtime.single_flight import Flight, SingleFlight
from persium_ext._secret import Secret
from persium_ext.errors import PersiumError, SettingsError, TokenEndpointUnavailable
from persium_ext.settings import Settings

from .access_token import AccessToken
from .cache import CacheEntry, TokenCache
from .endpoint import TokenFailure
from .fetcher import AsyncTokenFetcher, TokenFetcher


class TokenSource:
    """Gives tokens to threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: Transport,
        backend: ThreadBackend,
        cache: TokenCache,
        spread: bool,
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._fetcher = TokenFetcher(settings, transport=transport, backend=backend)
        self._cache = cache
        self._spread = spread
        self._entry = CacheEntry()
        self._flights: SingleFlight[AccessToken | PersiumError] = SingleFlight()

    def token(self, limits: RequestLimits) -> AccessToken:
        """Return a token that is valid for at least 30 s, requesting one if needed.

        Raises:
            PersiumError: No token could be obtained: a TokenError, or a SettingsError for the
                secret.
            OutOfTimeError: The deadline came first.
        """
        token = self._current(limits)
        if not self._spread or not self._entry.claim_refresh(now()):
            return token
        self._refresh(limits.for_refresh())
        return self._current(limits)

    def invalidate(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already replaced it."""
        self._entry.invalidate(token)

    def _current(self, limits: RequestLimits) -> AccessToken:
        while True:
            token = self._entry.token
            if token is not None and token.is_fresh(now()):
                return token
            result = self._share(self._flights, self._renew, limits)
            if isinstance(result, PersiumError):
                raise copy.copy(result) from result.__cause__
            if result.is_fresh(now()) or result.usable_once(now()):
                return result

    def _share(
        self,
        flights: SingleFlight[AccessToken | PersiumError],
        work: Callable[[RequestLimits], AccessToken | PersiumError],
        limits: RequestLimits,
    ) -> AccessToken | PersiumError:
        """Do *work*, or wait for the caller that is doing it, and return its result."""
        while True:
            flight, leads = flights.join(limits.deadline)
            if leads:
                return _lead(flights, flight, work, limits)
            self._backend.wait(flight, limits.deadline)
            if flight.result is not None:
                return flight.result

    def _renew(self, limits: RequestLimits) -> AccessToken | PersiumError:
        secret = _read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return secret
        entry = self._entry = self._cache.entry(self._settings, secret)

        def request(limits: RequestLimits) -> AccessToken | PersiumError:
            known = entry.lookup(now())
            return known or entry.store(self._fetcher.fetch(secret, limits), now())

        return entry.lookup(now()) or self._share(entry.flights, request, limits)

    def _refresh(self, limits: RequestLimits) -> None:
        """Refresh the claimed token; only the caller that claimed it waits."""
        claimed, secret = self._entry, _read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return
        entry = self._entry = self._cache.entry(self._settings, secret)

        def request(limits: RequestLimits) -> AccessToken | PersiumError:
            try:
                result = self._fetcher.fetch(secret, limits)
            except OutOfTimeError:
                result = TokenFailure(error=TokenEndpointUnavailable("no response in time"))
            if isinstance(result, TokenFailure):
                return entry.refresh_failed(result, now())
            return entry.store(result, now())

        if entry is not claimed:
            return  # the secret was rotated: the next request uses the new one
        flight, leads = entry.flights.join(limits.deadline)
        if leads:
            _lead(entry.flights, flight, request, limits)


class AsyncTokenSource:
    """Gives tokens to tasks."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: AsyncTransport,
        backend: TaskBackend,
        cache: TokenCache,
        spread: bool,
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._fetcher = AsyncTokenFetcher(settings, transport=transport, backend=backend)
        self._cache = cache
        self._spread = spread
        self._entry = CacheEntry()
        self._flights: SingleFlight[AccessToken | PersiumError] = SingleFlight()

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
            if isinstance(result, PersiumError):
                raise copy.copy(result) from result.__cause__
            if result.is_fresh(now()) or result.usable_once(now()):
                return result

    async def _share(
        self,
        flights: SingleFlight[AccessToken | PersiumError],
        work: Callable[[RequestLimits], Awaitable[AccessToken | PersiumError]],
        limits: RequestLimits,
    ) -> AccessToken | PersiumError:
        """Do *work*, or wait for the caller that is doing it, and return its result."""
        while True:
            flight, leads = flights.join(limits.deadline)
            if leads:
                return await _async_lead(flights, flight, work, limits)
            await self._backend.wait(flight, limits.deadline)
            if flight.result is not None:
                return flight.result

    async def _renew(self, limits: RequestLimits) -> AccessToken | PersiumError:
        secret = _read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return secret
        entry = self._entry = self._cache.entry(self._settings, secret)

        async def request(limits: RequestLimits) -> AccessToken | PersiumError:
            known = entry.lookup(now())
            return known or entry.store(await self._fetcher.fetch(secret, limits), now())

        return entry.lookup(now()) or await self._share(entry.flights, request, limits)

    async def _refresh(self, limits: RequestLimits) -> None:
        """Refresh the claimed token; only the caller that claimed it waits."""
        claimed, secret = self._entry, _read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return
        entry = self._entry = self._cache.entry(self._settings, secret)

        async def request(limits: RequestLimits) -> AccessToken | PersiumError:
            try:
                result = await self._fetcher.fetch(secret, limits)
            except OutOfTimeError:
                result = TokenFailure(error=TokenEndpointUnavailable("no response in time"))
            if isinstance(result, TokenFailure):
                return entry.refresh_failed(result, now())
            return entry.store(result, now())

        if entry is not claimed:
            return  # the secret was rotated: the next request uses the new one
        flight, leads = entry.flights.join(limits.deadline)
        if leads:
            await _async_lead(entry.flights, flight, request, limits)


def _lead(
    flights: SingleFlight[AccessToken | PersiumError],
    flight: Flight[AccessToken | PersiumError],
    work: Callable[[RequestLimits], AccessToken | PersiumError],
    limits: RequestLimits,
) -> AccessToken | PersiumError:
    result: AccessToken | PersiumError | None = None
    try:
        result = work(limits)
        return result
    finally:
        flights.complete(flight, result)


async def _async_lead(
    flights: SingleFlight[AccessToken | PersiumError],
    flight: Flight[AccessToken | PersiumError],
    work: Callable[[RequestLimits], Awaitable[AccessToken | PersiumError]],
    limits: RequestLimits,
) -> AccessToken | PersiumError:
    result: AccessToken | PersiumError | None = None
    try:
        result = await work(limits)
        return result
    finally:
        flights.complete(flight, result)


def _read_secret(settings: Settings) -> Secret | SettingsError:
    """Read the current secret; a failure is a value, because the callers share it."""
    try:
        return settings.secret.read()
    except SettingsError as error:
        return error
