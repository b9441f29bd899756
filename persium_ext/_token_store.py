"""The tokens of this process, one slot for each set of credentials (TP-1)."""

from __future__ import annotations

import logging
import math
import random
import secrets
from collections import OrderedDict
from hashlib import blake2b
from typing import Final

from ._flight import SingleFlight
from ._oauth import Refusal
from ._process import lock, reset_in_child
from ._secret import Secret
from ._token_cache import AccessToken, Cooldown, Moment, cooldown
from .errors import PersiumError

logger = logging.getLogger("persium_ext")
MOST_SLOTS: Final = 256
EARLIEST, LATEST = 0.6, 0.9
"""The parts of its life between which a token is renewed early."""


class Slot:
    """The token of one set of credentials, and the request for it that is under way.

    Attributes:
        token: The current token: one assignment changes it, so a reader needs no lock.
        flights: Token requests.
    """

    def __init__(self) -> None:
        self.token: AccessToken | None = None
        self.flights: SingleFlight[AccessToken | PersiumError] = SingleFlight()
        self._cooldown: Cooldown | None = None
        self._early_cooldown: Cooldown | None = None
        self._early_at = math.inf
        self._warned = False
        reset_in_child(self)

    def reset(self) -> None:
        """Start empty: each process caches alone."""
        self.token = self._cooldown = self._early_cooldown = None

    def early(self, now: Moment) -> bool:
        """Whether it is time to renew a token that may still be sent."""
        token, failure = self.token, self._early_cooldown
        if token is None or (failure is not None and failure.active(now)):
            return False
        return token.spent(now) >= self._early_at

    def known(self, now: Moment, *, early: bool = False) -> AccessToken | PersiumError | None:
        """What a caller gets without a request; None: one is due, an *early* one maybe."""
        token, failure = self.token, self._cooldown
        if token is not None and token.usable(now) and not (early and self.early(now)):
            return token
        return failure.error if failure is not None and failure.active(now) else None

    def keep(
        self, answer: AccessToken | Refusal, now: Moment, *, early: bool = False
    ) -> AccessToken | PersiumError:
        """Store what a token request led to, and return what its callers get.

        The failure of an *early* one holds back early ones only: once the token can't be sent
        any more, calls are due a request of their own.
        """
        if isinstance(answer, Refusal):
            previous = self._early_cooldown if early else self._cooldown
            failure = cooldown(answer.error, previous=previous, now=now)
            if early:
                self._early_cooldown = failure
            else:
                self._cooldown = failure
            return answer.error
        self._cooldown = self._early_cooldown = None
        logger.debug("got a token that lives %s s", answer.expires_in)
        # one that is not kept leaves the old one alone, till its end
        self._early_at = _early_point() if answer.kept else math.inf
        if answer.kept:
            with lock:
                self.token = answer
        elif not self._warned:
            self._warned = True
            logger.warning(
                "a token came with %s s to live, too few to keep it: every call now costs a token",
                answer.expires_in,
            )
        return answer

    def forget(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already taken its place."""
        with lock:
            if self.token is token:
                self.token = None


class TokenStore:
    """Finds the slot of a set of credentials; knows secrets by a keyed digest only."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._slots: OrderedDict[tuple[str, ...], Slot] = OrderedDict()

    def slot(self, *, token_url: str, client_id: str, scope: str | None, secret: Secret) -> Slot:
        """Return the slot of these credentials; where there are too many, the oldest gives way."""
        digest = blake2b(secret.reveal().encode(), key=self._key).hexdigest()
        name = (token_url, client_id, scope or "", digest)
        with lock:
            slot = self._slots.pop(name, None) or Slot()
            self._slots[name] = slot
            if len(self._slots) > MOST_SLOTS:
                self._slots.popitem(last=False)
            return slot

    def clear(self) -> None:
        """Forget every token, as after the start of the process."""
        with lock:
            for slot in self._slots.values():
                slot.reset()
            self._slots.clear()


PROCESS: Final = TokenStore()
"""The store that all clients of this process share, unless they opt out."""


def _early_point() -> float:
    return EARLIEST + (LATEST - EARLIEST) * random.random()
