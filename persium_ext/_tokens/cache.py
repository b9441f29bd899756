"""The token cache of this process: one entry for each set of credentials (TP-1)."""

from __future__ import annotations

import logging
import math
import random
import secrets
from collections import OrderedDict
from hashlib import blake2b
from typing import Final

from persium_ext._retry.limits import REFRESH_TIMEOUT
from persium_ext._runtime.clock import Instant
from persium_ext._runtime.fork import lock, reset_in_child
from persium_ext._runtime.single_flight import SingleFlight
from persium_ext._secret import Secret
from persium_ext.errors import PersiumError
from persium_ext.settings import Settings

from .access_token import AccessToken
from .endpoint import TokenFailure
from .failure_backoff import FailureBackoff, back_off

logger = logging.getLogger("persium_ext")
MAX_ENTRIES: Final = 256
REFRESH_FROM, REFRESH_TO = 0.6, 0.9
"""The elapsed fractions between which a token is refreshed ahead of time."""


class CacheEntry:
    """The token of one set of credentials, and the request for it that is in flight.

    Attributes:
        token: The current token. One assignment changes it, so readers need no lock.
        flights: Token requests.
    """

    def __init__(self) -> None:
        self.token: AccessToken | None = None
        self.flights: SingleFlight[AccessToken | PersiumError] = SingleFlight()
        self._backoff: FailureBackoff | None = None
        self._refresh_backoff: FailureBackoff | None = None
        self._refresh_at = math.inf
        self._claim_ends = -math.inf
        self._warned = False
        reset_in_child(self)

    def reset(self) -> None:
        """Start empty: each process caches alone."""
        self.token = self._backoff = self._refresh_backoff = None
        self._claim_ends = -math.inf

    def lookup(self, now: Instant) -> AccessToken | PersiumError | None:
        """Return what a caller gets without a token request; None: one is due."""
        token, failure = self.token, self._backoff
        if token is not None and token.is_fresh(now):
            return token
        return failure.error if failure is not None and failure.is_active(now) else None

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

    def store(self, result: AccessToken | TokenFailure, now: Instant) -> AccessToken | PersiumError:
        """Store the result of a token request, and return what its callers get."""
        if isinstance(result, TokenFailure):
            self._backoff = back_off(result.error, previous=self._backoff, now=now)
            return result.error
        self._backoff = self._refresh_backoff = None
        self._claim_ends = -math.inf
        logger.debug("received a token that is valid for %s s", result.expires_in)
        # a token that is not cacheable leaves the old one in place, until its end
        self._refresh_at = _refresh_point() if result.cacheable else math.inf
        if result.cacheable:
            with lock:
                self.token = result
        elif not self._warned:
            self._warned = True
            logger.warning(
                "token lifetime (%s s) is below the 30 s refresh margin: tokens will not be cached "
                "and every call will request one",
                result.expires_in,
            )
        return result

    def refresh_failed(self, failure: TokenFailure, now: Instant) -> PersiumError:
        """Hold back further refreshes for a while; the current token stays in use.

        When it can no longer be sent, calls make a token request of their own.
        """
        self._refresh_backoff = back_off(failure.error, previous=self._refresh_backoff, now=now)
        self._claim_ends = -math.inf
        return failure.error

    def invalidate(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already replaced it."""
        with lock:
            if self.token is token:
                self.token = None


class TokenCache:
    """Finds the entry of a set of credentials; knows secrets only by a keyed digest."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._entries: OrderedDict[tuple[str, ...], CacheEntry] = OrderedDict()

    def entry(self, settings: Settings, secret: Secret) -> CacheEntry:
        """Return the entry of these credentials; of too many, the least recently used one goes."""
        digest = blake2b(secret.reveal().encode(), key=self._key).hexdigest()
        key = (settings.token_url, settings.client_id, settings.scope or "", digest)
        with lock:
            entry = self._entries.pop(key, None) or CacheEntry()
            self._entries[key] = entry
            if len(self._entries) > MAX_ENTRIES:
                self._entries.popitem(last=False)
            return entry

    def clear(self) -> None:
        """Forget every token, as at the start of the process."""
        with lock:
            for entry in self._entries.values():
                entry.reset()
            self._entries.clear()


PROCESS_CACHE: Final = TokenCache()
"""The cache that all clients of this process share, unless they opt out."""


def _refresh_point() -> float:
    return REFRESH_FROM + (REFRESH_TO - REFRESH_FROM) * random.random()
