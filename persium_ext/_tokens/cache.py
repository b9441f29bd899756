"""The token cache of this process: one entry for each set of credentials (TP-1)."""

from __future__ import annotations

import logging
import math
import random
import secrets
from collections.abc import Hashable
from hashlib import blake2b
from typing import Final

from persium_ext._observation.log import log
from persium_ext._retry.limits import REFRESH_TIMEOUT
from persium_ext._runtime.clock import Instant, now
from persium_ext._runtime.fork import lock, reset_in_child
from persium_ext._runtime.single_flight import SingleFlight
from persium_ext._text.secret import Secret
from persium_ext.settings import Settings

from .access_token import AccessToken
from .failure_backoff import FailureBackoff, back_off
from .token_failure import TokenFailure

MAX_IDLE_ENTRIES: Final = 256
"""Sets of credentials without a token in use that are kept at most; the others are not limited."""
MANY_ENTRIES: Final = 10_000
"""Sets of credentials at which a warning is logged."""
_DROPPED: Final = "HTTP 401: the API refused the token, it is dropped"
_NOT_CACHED: Final = (
    "token lifetime (%(expires_in)s s) is below the 30 s refresh margin: tokens will not be cached "
    "and every call will request one"
)
_MANY: Final = (
    "this process has tokens of %(number)s sets of credentials, and keeps each until it expires: "
    "a few KiB of memory each"
)
REFRESH_FROM, REFRESH_TO = 0.6, 0.9
"""The elapsed fractions between which a token is refreshed ahead of time."""


class CacheEntry:
    """The token of one set of credentials, and the request for it that is in flight.

    Attributes:
        token: The current token. One assignment changes it, so readers need no lock.
        flights: Token requests.
    """

    def __init__(self) -> None:
        self.flights: SingleFlight[AccessToken | TokenFailure] = SingleFlight(AccessToken)
        self._refresh_at = math.inf
        self._warned = self._refused = False
        self.reset()
        reset_in_child(self)

    def reset(self) -> None:
        """Start empty: each process caches alone."""
        self.token: AccessToken | None = None
        self._backoffs: dict[Hashable | None, FailureBackoff] = {}
        self._refresh_backoff: FailureBackoff | None = None
        self._claim_ends = -math.inf

    def lookup(
        self, now: Instant, *, route: Hashable, patience: float
    ) -> AccessToken | TokenFailure | None:
        """Return what a caller gets without a token request; None: one is due.

        A failure is remembered for the *route* that it happened on, or for all if the endpoint
        itself answered; a time-out for callers whose *patience* (seconds) is not much longer.
        """
        token = self.token
        if token is not None and token.is_fresh(now):
            return token
        for key in (None, route):
            backoff = self._backoffs.get(key)
            if backoff is not None and backoff.is_active(now):
                failure = backoff.recall()
                if failure.concerns(route, patience):
                    return failure
        return None

    def claim_refresh(self, now: Instant) -> bool:
        """Claim the refresh of a token that may still be sent; True for one caller only.

        A claim ends with ``store`` or ``refresh_failed``, or by itself after the time of a refresh.
        """
        token, failure = self.token, self._refresh_backoff
        if token is None or token.elapsed_fraction(now) < self._refresh_at:
            return False
        with lock:
            free = now.steady >= self._claim_ends and not (failure and failure.is_active(now))
            if free:
                self._claim_ends = now.steady + REFRESH_TIMEOUT
            return free

    def store(self, token: AccessToken, now: Instant, *, route: Hashable) -> None:
        """Store a token that came over *route*, unless a later request has brought one already."""
        self._refresh_backoff = None
        self._claim_ends = -math.inf
        with lock:
            for key in (None, route):
                self._backoffs.pop(key, None)
            current = self.token
            if current is not None and current.is_fresh(now) and current.sent_after(token):
                return
            # a token that is not cacheable leaves the old one in place, until its end
            point = REFRESH_FROM + (REFRESH_TO - REFRESH_FROM) * random.random()
            self._refresh_at = point if token.cacheable else math.inf
            if token.cacheable:
                self.token, self._refused = token, False
        if not token.cacheable and not self._warned:
            self._warned = True
            log(logging.WARNING, "token_not_cached", _NOT_CACHED, expires_in=token.expires_in)

    @property
    def reason(self) -> str:
        """Why a token is requested now, as in ``TokenEvent``."""
        if self.token is not None:
            return "expiring"
        return "unauthorized" if self._refused else "none"

    def remember(self, failure: TokenFailure, now: Instant) -> float | None:
        """Remember that a token request failed, and return for how many seconds.

        None: not at all, because the failure is the caller's own, or there is a token all the same.
        """
        with lock:
            if failure.local or (self.token is not None and self.token.is_fresh(now)):
                return None
            kept = {k: b for k, b in self._backoffs.items() if k is None or not b.is_over(now)}
            backoff = back_off(failure, previous=kept.get(failure.route), now=now)
            kept[failure.route] = backoff
            self._backoffs = kept
        return backoff.delay

    def refresh_failed(self, failure: TokenFailure, now: Instant) -> None:
        """Hold back further refreshes for a while; the current token stays in use.

        When it can no longer be sent, calls make a token request of their own.
        """
        self._refresh_backoff = back_off(failure, previous=self._refresh_backoff, now=now)
        self._claim_ends = -math.inf

    def invalidate(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already replaced it."""
        with lock:
            current = self.token is token
            if current:
                self.token, self._refused = None, True
        if current:
            log(logging.INFO, "token_dropped", _DROPPED)

    def is_idle(self, now: Instant) -> bool:
        """Whether nothing would be lost without it: no token, no request, no failure."""
        fresh = self.token is not None and self.token.is_fresh(now)
        failing = any(backoff.is_active(now) for backoff in self._backoffs.values())
        return not (fresh or failing or self.flights.in_progress)


class TokenCache:
    """Finds the entry of a set of credentials; knows secrets only by a keyed digest."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._entries: dict[tuple[str, ...], CacheEntry] = {}
        self._sweep_at = MAX_IDLE_ENTRIES

    def entry(self, settings: Settings, secret: Secret) -> CacheEntry:
        """Return the entry of these credentials; from time to time, the idle ones go."""
        digest = blake2b(secret.reveal().encode(), key=self._key).hexdigest()
        key = (settings.token_url, settings.client_id, settings.scope or "", digest)
        with lock:
            entry = self._entries.get(key)
            if entry is not None:
                return entry
            if len(self._entries) >= self._sweep_at:
                self._sweep()
            entry = self._entries[key] = CacheEntry()
        if len(self._entries) == MANY_ENTRIES:
            log(logging.WARNING, "many_credentials", _MANY, number=MANY_ENTRIES)
        return entry

    def clear(self) -> None:
        """Forget every token, as at the start of the process."""
        with lock:
            for entry in self._entries.values():
                entry.reset()
            self._entries.clear()

    def _sweep(self) -> None:
        """Drop idle entries; the next time is when there are twice as many as are left."""
        moment = now()
        self._entries = {k: e for k, e in self._entries.items() if not e.is_idle(moment)}
        self._sweep_at = max(MAX_IDLE_ENTRIES, 2 * len(self._entries))


PROCESS_CACHE: Final = TokenCache()
"""The cache that all clients of this process share, unless they opt out."""
