"""The steps of a renewal that both kinds of token source take: no waiting, no bytes moved."""

from __future__ import annotations

import random
from typing import Final

from attrs import evolve, frozen

from . import _budgets
from ._clock import Deadline
from ._oauth import Refusal, token_request
from ._retry import RetryPolicy
from ._secret import Secret
from ._token_cache import AccessToken
from ._token_store import Slot, TokenStore
from ._wire import Message, origin
from .errors import SettingsError
from .settings import Settings

EARLY: Final = 5.0
"""Seconds that an early renewal may keep its caller waiting."""


@frozen(kw_only=True)
class Terms:
    """What one call allows.

    Attributes:
        deadline: The total time.
        timeout: Seconds for a network operation; None: no limit of its own.
        retry: When to try again.
        early: The renewal is early: nobody waits for it, and its failure is no caller's.
    """

    deadline: Deadline
    timeout: float | None
    retry: RetryPolicy
    early: bool = False

    def for_early(self) -> Terms:
        """The same for an early renewal: one short try, since the old token serves on."""
        short = min(self.deadline, Deadline.after(EARLY), key=lambda limit: limit.at)
        return evolve(self, deadline=short, retry=evolve(self.retry, attempts=1), early=True)


def read_secret(settings: Settings) -> Secret | SettingsError:
    """Read the secret of this moment; a failure is a value, for the callers share it."""
    try:
        return settings.secret.read()
    except SettingsError as error:
        return error


def find_slot(store: TokenStore, settings: Settings, secret: Secret) -> Slot:
    """Return the slot of these credentials."""
    return store.slot(
        token_url=settings.token_url,
        client_id=settings.client_id,
        scope=settings.scope,
        secret=secret,
    )


def message_for(settings: Settings, secret: Secret) -> Message:
    """Build the token request."""
    return token_request(
        token_url=settings.token_url,
        client_id=settings.client_id,
        client_secret=secret,
        scope=settings.scope,
    )


def pause_after(
    answer: AccessToken | Refusal, number: int, terms: Terms, settings: Settings
) -> float | None:
    """Seconds to wait before the next token request; None: *answer* stands."""
    host = origin(settings.token_url)
    if isinstance(answer, AccessToken):
        _budgets.refill(host)
        return None
    if not answer.retriable:
        return None
    pause = terms.retry.pause(
        number,
        throttled=answer.throttled,
        retry_after=answer.retry_after,
        jitter=random.random(),
    )
    if pause is None or pause >= terms.deadline.remaining:
        return None
    return pause if _budgets.spend(host, throttled=answer.throttled) else None
