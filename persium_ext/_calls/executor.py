"""The executor of threads: operations with a token, the 401 rule, retries and one deadline.

Its twin in ``async_executor`` differs in ``async`` and ``await`` only. No error is raised while an
exception is handled, so no traceback holds frames of httpx.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from persium_api.facade import Operation

from persium_ext._http.messages import Response, TransportError
from persium_ext._http.transport import Transport
from persium_ext._retry.limits import RequestLimits
from persium_ext._runtime.clock import Deadline, OutOfTimeError
from persium_ext._runtime.threads import ThreadBackend
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.source import TokenSource

from .call import Call, operation_call
from .decode import decode
from .errors import no_token
from .observation import CallObservation, is_observed
from .options import Options
from .outcome import conclude, delay_after, is_unauthorized
from .pages import Pages, Shown


@frozen(kw_only=True, eq=False, repr=False)
class Executor:
    """Sends calls from threads.

    Attributes:
        shown: What operations return, made of a value, its response and its call; None: the value.
    """

    options: Options
    transport: Transport
    tokens: TokenSource
    backend: ThreadBackend
    shown: Shown | None = None

    def execute(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401  # of its type
        """Call *operation* with these *arguments* and return its typed response."""
        call = operation_call(self.options, operation, arguments)
        response = self.send(call)
        value = decode(operation, response, call)
        return value if self.shown is None else self.shown(value, response, call)

    def pages(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Pages[Any]:
        """Return the pages of *operation*, from that of *arguments* on."""
        return Pages(self, operation, arguments, self.shown)

    def send(self, call: Call) -> Response:
        """Send *call* and return its success.

        Raises:
            PersiumError: It has none.
        """
        hooks = self.options.hooks
        if not is_observed(hooks):
            return self._send(call)
        with CallObservation(hooks, call) as observation:
            return observation.ended(self._send(call))

    def _send(self, call: Call) -> Response:
        limits, response = self.limits(), None
        try:
            with self.backend.within(limits.deadline):
                response = self._send_with_retries(call, limits)
        except OutOfTimeError:
            pass
        return conclude(call, response, limits, deadline=self.options.deadline)

    def access_token(self, limits: RequestLimits | None = None) -> AccessToken:
        """Return the current token, requesting one if needed.

        Raises:
            PersiumError: No token could be obtained.
        """
        limits, token = limits or self.limits(), None
        try:
            with self.backend.within(limits.deadline):
                token = self.tokens.token(limits)
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

    def _send_with_retries(self, call: Call, limits: RequestLimits) -> Response | TransportError:
        while True:
            call.attempts += 1
            response = self._send_with_reauth(call, limits)
            delay = delay_after(call, response, limits)
            if delay is None:
                return response
            self.backend.sleep(delay)

    def _send_with_reauth(self, call: Call, limits: RequestLimits) -> Response | TransportError:
        while True:
            response = self._send_once(call, limits)
            if call.token is None or not is_unauthorized(response):
                return response
            call.record_unauthorized(response)
            self.tokens.invalidate(call.token)
            if not call.may_reauthenticate:
                return response

    def _send_once(self, call: Call, limits: RequestLimits) -> Response | TransportError:
        with self.backend.connection_slot(limits.deadline):  # first: no token ages in the queue
            if call.secured:
                call.token = self.tokens.current() or self.tokens.token(limits)
            return self.transport.send(
                call.request(awaited=False),
                deadline=limits.deadline,
                timeout=limits.timeout,
                bearer=call.token.value if call.token else None,
            )
