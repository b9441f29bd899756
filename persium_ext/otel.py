"""OpenTelemetry: ``Persium(hooks=OpenTelemetryHooks())``; install ``persium[otel]``.

A call is a span with the name of its operation; a retry is an event of it, and the token request a
span inside it. Requests themselves have no span here: the instrumentation of httpx makes one for
each, inside these. Attributes have the names of OpenTelemetry's conventions for HTTP where there is
one, else they begin with ``persium.``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Final
from urllib.parse import urlsplit

from opentelemetry.metrics import MeterProvider, get_meter
from opentelemetry.trace import (
    Span,
    StatusCode,
    TracerProvider,
    get_current_span,
    get_tracer,
)

from ._version import __version__
from .hooks import CallEvent, CallStart, Hooks, RetryEvent, TokenEvent

Facts = dict[str, str | int | float]
_SCOPE: Final = "persium"
_PORTS: Final = {"http": 80, "https": 443}


class OpenTelemetryHooks(Hooks):
    """Makes spans and metrics; without arguments, with the providers of the process.

    The metrics are the histograms ``persium.call.duration``, ``persium.token.request.duration`` and
    ``persium.token.age``, all in seconds, and the counters ``persium.retries`` and
    ``persium.token.cooldowns``. A pickle has the providers of the process that reads it.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._tracer = get_tracer(_SCOPE, __version__, tracer_provider)
        meter = get_meter(_SCOPE, __version__, meter_provider)
        self._calls = meter.create_histogram(
            "persium.call.duration", "s", "Calls, with token requests, attempts and waits."
        )
        self._token_requests = meter.create_histogram(
            "persium.token.request.duration", "s", "Token requests, with their retries."
        )
        self._token_age = meter.create_histogram(
            "persium.token.age", "s", "Time since the token of a call was requested."
        )
        self._retries = meter.create_counter("persium.retries", "{retry}", "Waits for a retry.")
        self._cooldowns = meter.create_counter(
            "persium.token.cooldowns", "{cooldown}", "Failures that hold back token requests."
        )

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(self), ()

    def around_call(self, start: CallStart) -> AbstractContextManager[Span]:
        """Start the span of a call."""
        return self._span(start.operation, _request(start.method, start.url))

    def around_token(self, url: str) -> AbstractContextManager[Span]:
        """Start the span of a token request."""
        return self._span("token request", _request("POST", url))

    def _span(self, name: str, facts: Facts) -> AbstractContextManager[Span]:
        return self._tracer.start_as_current_span(
            name, attributes=facts, record_exception=False, set_status_on_exception=False
        )

    def on_call(self, event: CallEvent) -> None:
        """Complete the span of a call, and record its duration and the age of its token."""
        result = _known(
            {"http.response.status_code": event.status, "error.type": event.error},
        )
        resent = {"http.request.resend_count": event.attempts - 1} if event.attempts > 1 else {}
        _complete({**result, **resent, **_known({"persium.request_id": event.request_id})})
        facts = _server(event.url) | {
            "persium.operation": event.operation,
            "http.request.method": event.method,
        }
        self._calls.record(event.duration, facts | result)
        if event.token_age is not None:
            self._token_age.record(event.token_age, _server(event.url))

    def on_retry(self, event: RetryEvent) -> None:
        """Add an event to the span that waits, and count the retry."""
        facts = _known({"http.response.status_code": event.status})
        details: Facts = {"persium.attempt": event.attempt, "persium.wait": event.wait}
        get_current_span().add_event("retry", facts | details)
        operation: Facts = {"persium.operation": event.operation}
        self._retries.add(1, _server(event.origin) | operation | facts)

    def on_token(self, event: TokenEvent) -> None:
        """Complete the span of a token request, and record its duration and its cool-down."""
        result = _known({"persium.token.reason": event.reason, "error.type": event.error})
        times = {"expires_in": event.expires_in, "cooldown": event.cooldown}
        _complete(result | _known({f"persium.token.{name}": time for name, time in times.items()}))
        facts = _server(event.url) | result
        self._token_requests.record(event.duration, facts)
        if event.cooldown is not None:
            self._cooldowns.add(1, facts)


def _complete(facts: Facts) -> None:
    """Add *facts* to the current span, which is an error if one of them is."""
    span = get_current_span()
    span.set_attributes(facts)
    if "error.type" in facts:
        span.set_status(StatusCode.ERROR)


def _known(facts: Mapping[str, str | float | None]) -> Facts:
    return {name: value for name, value in facts.items() if value is not None}


def _request(method: str, url: str) -> Facts:
    return {"http.request.method": method, "url.full": url, **_server(url)}


def _server(url: str) -> Facts:
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return {"server.address": parts.hostname or "", "server.port": port}
