"""The executor of tasks: the twin of ``executor``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from persium_api.facade import Operation

from persium_ext._http.messages import Response, TransportError
from persium_ext._http.transport import AsyncTransport
from persium_ext._retry.limits import RequestLimits
from persium_ext._runtime.clock import Deadline, OutOfTimeError
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.source import AsyncTokenSource

from .call import Call, operation_call
from .decode import decode
from .errors import no_token
from .observation import CallObservation, is_observed
from .options import Options
from .outcome import conclude, delay_after, is_unauthorized
from .pages import AsyncPages, Shown


@frozen(kw_only=True, eq=False, repr=False)
class AsyncExecutor:
    """Sends calls from tasks.

    Attributes:
        shown: What operations return, made of a value, its response and its call; None: the value.
    """

    options: Options
    transport: AsyncTransport
    tokens: AsyncTokenSource
    backend: TaskBackend
    shown: Shown | None = None

    async def execute(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401  # of its type
        """Call *operation* with these *arguments* and return its typed response."""
        call = operation_call(self.options, operation, arguments)
        response = await self.send(call)
        value = decode(operation, response, call)
        return value if self.shown is None else self.shown(value, response, call)

    def pages(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> AsyncPages[Any]:
        """Return the pages of *operation*, from that of *arguments* on."""
        return AsyncPages(self, operation, arguments, self.shown)

    async def send(self, call: Call) -> Response:
        """Send *call* and return its success.

        Raises:
            PersiumError: It has none.
        """
        hooks = self.options.hooks
        if not is_observed(hooks):
            return await self._send(call)
        with CallObservation(hooks, call) as observation:
            return observation.ended(await self._send(call))

    async def _send(self, call: Call) -> Response:
        limits, response = self.limits(), None
        try:
            with self.backend.within(limits.deadline):
                response = await self._send_with_retries(call, limits)
        except OutOfTimeError:
            pass
        return conclude(call, response, limits, deadline=self.options.deadline)

    async def access_token(self, limits: RequestLimits | None = None) -> AccessToken:
        """Return the current token, requesting one if needed.

        Raises:
            PersiumError: No token could be obtained.
        """
        limits, token = limits or self.limits(), None
        try:
            with self.backend.within(limits.deadline):
                token = await self.tokens.token(limits)
        except OutOfTimeError:
            pass
        if token is None:
            raise no_token(deadline=self.options.deadline)
        return token

    def limits(self) -> RequestLimits:
        """Start the time of a call."""
        options = self.options
        return RequestLimits(
            deadline=Deadline.after(options.deadline),
            timeout=options.timeout,
            retry=options.retry,
            hooks=options.hooks,
        )

    async def _send_with_retries(
        self, call: Call, limits: RequestLimits
    ) -> Response | TransportError:
        while True:
            call.attempts += 1
            response = await self._send_with_reauth(call, limits)
            delay = delay_after(call, response, limits)
            if delay is None:
                return response
            await self.backend.sleep(delay)

    async def _send_with_reauth(
        self, call: Call, limits: RequestLimits
    ) -> Response | TransportError:
        while True:
            response = await self._send_once(call, limits)
            if call.token is None or not is_unauthorized(response):
                return response
            call.record_unauthorized(response)
            self.tokens.invalidate(call.token)
            if not call.may_reauthenticate:
                return response

    async def _send_once(self, call: Call, limits: RequestLimits) -> Response | TransportError:
        async with self.backend.connection_slot(
            limits.deadline
        ):  # first: no token ages in the queue
            if call.secured:
                call.token = self.tokens.current() or await self.tokens.token(limits)
            return await self.transport.send(
                call.request(awaited=True),
                deadline=limits.deadline,
                timeout=limits.timeout,
                bearer=call.token.value if call.token else None,
            )
