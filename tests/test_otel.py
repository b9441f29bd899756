"""OpenTelemetry: spans and metrics of calls, alone and beside the instrumentation of httpx."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from persium_ext import PersiumError
from persium_ext.otel import OpenTelemetryHooks
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency
from tests.support.values import UNDOCUMENTED_STATUS


class Telemetry:
    """Hooks, and what they have exported."""

    def __init__(self) -> None:
        self._exporter, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        meters = MeterProvider([self._reader])
        self.hooks = OpenTelemetryHooks(tracer_provider=self.tracers, meter_provider=meters)

    @property
    def spans(self) -> dict[str, ReadableSpan]:
        """The spans by their names; the last of each."""
        return {span.name: span for span in self._exporter.get_finished_spans()}

    @property
    def tree(self) -> list[tuple[str, str | None]]:
        """Each span's name with that of its parent, in the order of their ends."""
        spans = self._exporter.get_finished_spans()
        names = {span.context.span_id: span.name for span in spans if span.context}
        return [(span.name, names[span.parent.span_id] if span.parent else None) for span in spans]

    def points(self, name: str) -> list[Any]:
        """The data points of the metric *name*."""
        data: Any = self._reader.get_metrics_data()
        return [
            point
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            for point in metric.data.data_points
            if metric.name == name
        ]


@pytest.fixture
def telemetry() -> Telemetry:
    """Hooks with exporters in memory."""
    return Telemetry()


@pytest.fixture
def instrumented(telemetry: Telemetry) -> Iterator[None]:
    """The stock instrumentation of httpx is active."""
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=telemetry.tracers)
    yield
    instrumentor.uninstrument()


def test_spans(concurrency: Concurrency, telemetry: Telemetry) -> None:
    """A call is one span, and its token request another one inside it."""
    session = concurrency.session(hooks=telemetry.hooks)
    session.do()
    session.do()

    assert telemetry.tree == [("token request", "getMe"), ("getMe", None), ("getMe", None)]


@pytest.mark.usefixtures("instrumented", "no_jitter")
def test_beside_the_instrumentation_of_httpx(
    concurrency: Concurrency, sandbox: Sandbox, telemetry: Telemetry
) -> None:
    """It makes one span for each request, inside ours: nothing is there twice."""
    sandbox.answer("getMe", status=503, times=1)

    concurrency.session(hooks=telemetry.hooks).do()

    assert telemetry.tree == [
        ("POST", "token request"),
        ("token request", "getMe"),
        ("GET", "getMe"),
        ("GET", "getMe"),
        ("getMe", None),
    ]


@pytest.mark.usefixtures("no_jitter")
def test_attributes(concurrency: Concurrency, sandbox: Sandbox, telemetry: Telemetry) -> None:
    """Names are those of the conventions for HTTP where there is one."""
    sandbox.answer("getMe", status=503, headers={"X-Request-Id": "r-1"}, times=1)

    concurrency.session(hooks=telemetry.hooks).do()

    port = int(sandbox.token_url.split(":")[2].partition("/")[0])
    server = {"server.address": "127.0.0.1", "server.port": port}
    span = telemetry.spans["getMe"]
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.full": f"{sandbox.api_base_url}/me",
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        **server,
        "server.port": int(sandbox.api_base_url.split(":")[2].partition("/")[0]),
    }
    [retry] = span.events
    assert (retry.name, dict(retry.attributes or {})["http.response.status_code"]) == ("retry", 503)
    assert dict(telemetry.spans["token request"].attributes or {}) == {
        "http.request.method": "POST",
        "url.full": sandbox.token_url,
        "persium.token.reason": "none",
        "persium.token.expires_in": 300,
        **server,
    }


def test_failed_call(concurrency: Concurrency, sandbox: Sandbox, telemetry: Telemetry) -> None:
    """The span of a call that fails is an error, with the class and the request id."""
    sandbox.answer("getMe", status=UNDOCUMENTED_STATUS, headers={"X-Request-Id": "r-1"})

    concurrency.session(hooks=telemetry.hooks).outcomes(times=1)

    span = telemetry.spans["getMe"]
    found = dict(span.attributes or {})
    assert span.status.status_code.name == "ERROR"
    assert span.events == ()
    assert (found["error.type"], found["persium.request_id"]) == ("ApiStatusError", "r-1")


@pytest.mark.usefixtures("no_jitter")
def test_metrics(concurrency: Concurrency, sandbox: Sandbox, telemetry: Telemetry) -> None:
    """Calls, retries, token requests and the age of tokens are measured."""
    sandbox.answer("getMe", status=503, times=1)
    session = concurrency.session(hooks=telemetry.hooks)
    session.do()
    session.do()

    [calls] = telemetry.points("persium.call.duration")
    [age] = telemetry.points("persium.token.age")
    [retries] = telemetry.points("persium.retries")
    [tokens] = telemetry.points("persium.token.request.duration")
    assert (calls.count, age.count, retries.value, tokens.count) == (2, 2, 1, 1)
    assert calls.attributes["persium.operation"] == "getMe"
    assert tokens.attributes["persium.token.reason"] == "none"
    assert telemetry.points("persium.token.cooldowns") == []


def test_cooldown(concurrency: Concurrency, sandbox: Sandbox, telemetry: Telemetry) -> None:
    """A refusal is counted as a cool-down; the call had no token, and no status of the API."""
    sandbox.answer("requestToken", status=401, body={"error": "invalid_client"})

    concurrency.session(hooks=telemetry.hooks).outcomes(times=1)

    [cooldowns] = telemetry.points("persium.token.cooldowns")
    [calls] = telemetry.points("persium.call.duration")
    assert cooldowns.value == 1
    assert cooldowns.attributes["error.type"] == calls.attributes["error.type"] == "TokenRefused"
    assert "http.response.status_code" not in calls.attributes
    assert dict(telemetry.spans["token request"].attributes or {})["persium.token.cooldown"] == 60
    assert telemetry.points("persium.token.age") == []


def test_no_secret_is_exported(
    concurrency: Concurrency, sandbox: Sandbox, telemetry: Telemetry
) -> None:
    """A server that echoes what it got does not get it into spans."""
    secret = sandbox.client_secret
    sandbox.answer("requestToken", status=401, body={"error": secret, "error_description": secret})

    [error] = concurrency.session(hooks=telemetry.hooks).outcomes(times=1)

    assert isinstance(error, PersiumError)
    exported = [span.to_json() for span in telemetry.spans.values()]
    assert [text for text in exported if secret in text] == []


def test_pickle() -> None:
    """Another process uses providers of its own."""
    again = pickle.loads(pickle.dumps(OpenTelemetryHooks()))  # noqa: S301  # just written

    assert isinstance(again, OpenTelemetryHooks)
