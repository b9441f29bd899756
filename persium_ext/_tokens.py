"""Token sources: hand out the current token, and ask for one where there is none (TP-1 to TP-4).

``TokenSource`` and ``AsyncTokenSource`` are twins: they differ in ``async`` and ``await`` only.

Two flights are nested. The outer one belongs to a source: its leader reads the secret, once for
each token request. The inner one belongs to the credentials, so that sources that read the same
secret share one request and one token.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable

from ._clock import now
from ._flight import SingleFlight
from ._oauth import Refusal, read_answer
from ._renewal import Terms, find_slot, message_for, pause_after, read_secret
from ._secret import Secret
from ._token_cache import AccessToken
from ._token_store import Slot, TokenStore
from ._transport import AsyncTransport, Transport
from ._wire import Failure, Outcome
from ._worlds import OutOfTimeError, Tasks, Threads
from .errors import PersiumError, SettingsError
from .settings import Settings

Answer = AccessToken | PersiumError


class TokenSource:
    """Hands out tokens to threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: Transport,
        world: Threads,
        store: TokenStore,
        spread: bool,
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._world = world
        self._store = store
        self._spread = spread
        self._slot = Slot()
        self._flights: SingleFlight[Answer] = SingleFlight()

    def token(self, terms: Terms) -> AccessToken:
        """Return a token with at least 30 s to live, asking for one if need be.

        Raises:
            PersiumError: None could be had: a TokenError, or a SettingsError for the secret.
            OutOfTimeError: The deadline came first.
        """
        token = self._current(terms)
        if not self._spread or not self._slot.early(now()):
            return token
        self._share(self._flights, self._renew, terms.for_early())
        return self._current(terms)

    def forget(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already taken its place."""
        self._slot.forget(token)

    def _current(self, terms: Terms) -> AccessToken:
        while True:
            token = self._slot.token
            if token is not None and token.usable(now()):
                return token
            answer = self._share(self._flights, self._renew, terms)
            if isinstance(answer, PersiumError):
                raise copy.copy(answer) from answer.__cause__
            if answer is not None and (answer.usable(now()) or answer.serves(now())):
                return answer

    def _share(
        self,
        flights: SingleFlight[Answer],
        work: Callable[[Terms], Answer | None],
        terms: Terms,
    ) -> Answer | None:
        while True:
            flight, leads = flights.board(terms.deadline)
            if leads:
                answer: Answer | None = None
                try:
                    answer = work(terms)
                    return answer
                finally:
                    flights.land(flight, answer)
            if terms.early:
                return None
            self._world.wait(flight, terms.deadline)
            if flight.outcome is not None:
                return flight.outcome

    def _renew(self, terms: Terms) -> Answer | None:
        secret = read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return secret
        slot = self._slot = find_slot(self._store, self._settings, secret)

        def request(terms: Terms) -> Answer:
            known = slot.known(now(), early=terms.early)
            return known or slot.keep(self._request(secret, terms), now(), early=terms.early)

        known = slot.known(now(), early=terms.early)
        return known or self._share(slot.flights, request, terms)

    def _request(self, secret: Secret, terms: Terms) -> AccessToken | Refusal:
        attempts = 0
        while True:
            attempts += 1
            sent = now()
            outcome = self._send(secret, terms)
            answer = read_answer(
                outcome, secret=secret, sent=sent, received=now(), attempts=attempts
            )
            pause = pause_after(answer, attempts, terms, self._settings)
            if pause is None:
                return answer
            self._world.sleep(pause)

    def _send(self, secret: Secret, terms: Terms) -> Outcome:
        message = message_for(self._settings, secret)
        outcome: Outcome | None = None
        try:
            with self._world.within(terms.deadline):
                outcome = self._transport.send(
                    message, deadline=terms.deadline, timeout=terms.timeout
                )
        except OutOfTimeError:
            pass
        if outcome is None or (isinstance(outcome, Failure) and not terms.deadline.remaining):
            if not terms.early:
                raise OutOfTimeError
            return Failure(reason="it took too long")
        return outcome


class AsyncTokenSource:
    """Hands out tokens to tasks."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: AsyncTransport,
        world: Tasks,
        store: TokenStore,
        spread: bool,
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._world = world
        self._store = store
        self._spread = spread
        self._slot = Slot()
        self._flights: SingleFlight[Answer] = SingleFlight()

    async def token(self, terms: Terms) -> AccessToken:
        """Return a token with at least 30 s to live, asking for one if need be.

        Raises:
            PersiumError: None could be had: a TokenError, or a SettingsError for the secret.
            OutOfTimeError: The deadline came first.
        """
        token = await self._current(terms)
        if not self._spread or not self._slot.early(now()):
            return token
        await self._share(self._flights, self._renew, terms.for_early())
        return await self._current(terms)

    def forget(self, token: AccessToken) -> None:
        """Drop *token*, unless a newer one has already taken its place."""
        self._slot.forget(token)

    async def _current(self, terms: Terms) -> AccessToken:
        while True:
            token = self._slot.token
            if token is not None and token.usable(now()):
                return token
            answer = await self._share(self._flights, self._renew, terms)
            if isinstance(answer, PersiumError):
                raise copy.copy(answer) from answer.__cause__
            if answer is not None and (answer.usable(now()) or answer.serves(now())):
                return answer

    async def _share(
        self,
        flights: SingleFlight[Answer],
        work: Callable[[Terms], Awaitable[Answer | None]],
        terms: Terms,
    ) -> Answer | None:
        while True:
            flight, leads = flights.board(terms.deadline)
            if leads:
                answer: Answer | None = None
                try:
                    answer = await work(terms)
                    return answer
                finally:
                    flights.land(flight, answer)
            if terms.early:
                return None
            await self._world.wait(flight, terms.deadline)
            if flight.outcome is not None:
                return flight.outcome

    async def _renew(self, terms: Terms) -> Answer | None:
        secret = read_secret(self._settings)
        if isinstance(secret, SettingsError):
            return secret
        slot = self._slot = find_slot(self._store, self._settings, secret)

        async def request(terms: Terms) -> Answer:
            known = slot.known(now(), early=terms.early)
            return known or slot.keep(await self._request(secret, terms), now(), early=terms.early)

        known = slot.known(now(), early=terms.early)
        return known or await self._share(slot.flights, request, terms)

    async def _request(self, secret: Secret, terms: Terms) -> AccessToken | Refusal:
        attempts = 0
        while True:
            attempts += 1
            sent = now()
            outcome = await self._send(secret, terms)
            answer = read_answer(
                outcome, secret=secret, sent=sent, received=now(), attempts=attempts
            )
            pause = pause_after(answer, attempts, terms, self._settings)
            if pause is None:
                return answer
            await self._world.sleep(pause)

    async def _send(self, secret: Secret, terms: Terms) -> Outcome:
        message = message_for(self._settings, secret)
        outcome: Outcome | None = None
        try:
            with self._world.within(terms.deadline):
                outcome = await self._transport.send(
                    message, deadline=terms.deadline, timeout=terms.timeout
                )
        except OutOfTimeError:
            pass
        if outcome is None or (isinstance(outcome, Failure) and not terms.deadline.remaining):
            if not terms.early:
                raise OutOfTimeError
            return Failure(reason="it took too long")
        return outcome
