"""Executors: send the facade's operations with a token, the 401 rule, retries and one deadline.

``Executor`` and ``AsyncExecutor`` are twins: they differ in ``async`` and ``await`` only. No error
is raised where an exception is being handled, so none drags frames of the HTTP engine along.
"""

from __future__ import annotations

from typing import Any, TypeVar

from attrs import evolve, frozen
from persium_api.facade import Operation

from ._call import Call, decode
from ._options import Options, pause_after
from ._renewal import Terms
from ._token_cache import AccessToken
from ._tokens import AsyncTokenSource, TokenSource
from ._transport import AsyncTransport, Transport
from ._wire import Outcome, Response
from ._worlds import OutOfTimeError, Tasks, Threads

T = TypeVar("T")


@frozen(kw_only=True)
class Executor:
    """Sends calls from threads."""

    options: Options
    transport: Transport
    tokens: TokenSource
    world: Threads

    def execute(self, operation: Operation[T], request: dict[str, Any]) -> T:
        """Send *request*, the arguments of one operation, and return its typed answer."""
        call = self.options.call_of(operation, request)
        return decode(operation, self.send(call), attempts=call.attempts, token=call.token)

    def send(self, call: Call) -> Response:
        """Send *call* and return its success.

        Raises:
            PersiumError: It has none.
        """
        terms = self.options.terms()
        outcome = None
        try:
            with self.world.within(terms.deadline):
                outcome = self._attempts(call, terms)
        except OutOfTimeError:
            pass
        return self.options.conclude(call, outcome, terms)

    def access_token(self, terms: Terms | None = None) -> AccessToken:
        """Return the current token, asking for one if need be.

        Raises:
            PersiumError: None could be had.
        """
        terms = terms or self.options.terms()
        token = None
        try:
            with self.world.within(terms.deadline):
                token = self.tokens.token(terms)
        except OutOfTimeError:
            pass
        if token is None:
            raise self.options.out_of_time()
        return token

    def _attempts(self, call: Call, terms: Terms) -> Outcome:
        while True:
            call.attempts += 1
            outcome = self._attempt(call, terms)
            pause = pause_after(call, outcome, terms)
            if pause is None:
                return outcome
            self.world.sleep(pause)

    def _attempt(self, call: Call, terms: Terms) -> Outcome:
        while True:
            outcome, token = self._exchange(call, terms)
            if token is None or not call.refused(outcome, token):
                return outcome
            self.tokens.forget(token)
            if not call.may_renew:
                return outcome

    def _exchange(self, call: Call, terms: Terms) -> tuple[Outcome, AccessToken | None]:
        with self.world.place(terms.deadline):  # first, lest the token ages in the queue
            token = self.tokens.token(terms) if call.secured else None
            outcome = self.transport.send(
                call.message(awaited=False),
                deadline=terms.deadline,
                timeout=terms.timeout,
                token=token,
            )
            return outcome, token

    def with_options(self, options: Options) -> Executor:
        """Return a copy that shares everything but its *options*."""
        return evolve(self, options=options)


@frozen(kw_only=True)
class AsyncExecutor:
    """Sends calls from tasks."""

    options: Options
    transport: AsyncTransport
    tokens: AsyncTokenSource
    world: Tasks

    async def execute(self, operation: Operation[T], request: dict[str, Any]) -> T:
        """Send *request*, the arguments of one operation, and return its typed answer."""
        call = self.options.call_of(operation, request)
        return decode(operation, await self.send(call), attempts=call.attempts, token=call.token)

    async def send(self, call: Call) -> Response:
        """Send *call* and return its success.

        Raises:
            PersiumError: It has none.
        """
        terms = self.options.terms()
        outcome = None
        try:
            with self.world.within(terms.deadline):
                outcome = await self._attempts(call, terms)
        except OutOfTimeError:
            pass
        return self.options.conclude(call, outcome, terms)

    async def access_token(self, terms: Terms | None = None) -> AccessToken:
        """Return the current token, asking for one if need be.

        Raises:
            PersiumError: None could be had.
        """
        terms = terms or self.options.terms()
        token = None
        try:
            with self.world.within(terms.deadline):
                token = await self.tokens.token(terms)
        except OutOfTimeError:
            pass
        if token is None:
            raise self.options.out_of_time()
        return token

    async def _attempts(self, call: Call, terms: Terms) -> Outcome:
        while True:
            call.attempts += 1
            outcome = await self._attempt(call, terms)
            pause = pause_after(call, outcome, terms)
            if pause is None:
                return outcome
            await self.world.sleep(pause)

    async def _attempt(self, call: Call, terms: Terms) -> Outcome:
        while True:
            outcome, token = await self._exchange(call, terms)
            if token is None or not call.refused(outcome, token):
                return outcome
            self.tokens.forget(token)
            if not call.may_renew:
                return outcome

    async def _exchange(self, call: Call, terms: Terms) -> tuple[Outcome, AccessToken | None]:
        async with self.world.place(terms.deadline):  # first, lest the token ages in the queue
            token = await self.tokens.token(terms) if call.secured else None
            outcome = await self.transport.send(
                call.message(awaited=True),
                deadline=terms.deadline,
                timeout=terms.timeout,
                token=token,
            )
            return outcome, token

    def with_options(self, options: Options) -> AsyncExecutor:
        """Return a copy that shares everything but its *options*."""
        return evolve(self, options=options)
