"""The simulated servers of one scenario: token endpoint, API, and an unrelated origin."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final, Literal

from .http_server import HttpServer, Request, Responder, Response
from .responses import Decision, api_response, redirect, token_response
from .scenario import ResponseSpec, Scenario
from .token_request import oauth_error
from .tokens import Token, random_marker, token_text

Origin = Literal["token", "api", "elsewhere"]
CLIENT_ID: Final = "acme-corp-backend"
MAX_HOLD: Final = 45.0
"""Seconds after which a held response is sent in any case."""


@dataclass(kw_only=True)
class Exchange:
    """A request and its response; times are of the monotonic clock.

    Attributes:
        number: 1 for the first request of its origin.
        token: Number of the token that was issued, or that the API received; None: no known one.
        status: None: no response, or not yet.
    """

    origin: Origin
    number: int
    received: float
    request: Request
    token: int | None = None
    status: int | None = None
    responded: float | None = None


class SimulatedEndpoints:
    """Respond as a scenario specifies, and record every request."""

    def __init__(self, scenario: Scenario, observe: Callable[[], None] = lambda: None) -> None:
        self._scenario = scenario
        self._observe = observe
        self._specs = {"token": _in_order(scenario.token), "api": _in_order(scenario.api)}
        self._changed = threading.Condition()
        self._released: set[str] = set()
        self._revoked = 0
        self._ports: dict[Origin, int] = {}
        self.secret_marker = random_marker()
        self.secret = scenario.secret + self.secret_marker
        self.label = f"Acme {random_marker()}"
        self.tokens: list[Token] = []
        self.exchanges: list[Exchange] = []
        self.started = time.monotonic()

    @contextmanager
    def open(self) -> Generator[dict[str, str]]:
        """Listen, and yield the settings with which a subject connects."""
        with ExitStack() as stack:
            origins: tuple[Origin, ...] = ("token", "api", "elsewhere")
            for origin in origins:
                server = stack.enter_context(HttpServer(self._responder(origin)))
                self._ports[origin] = server.port
            yield {
                "TOKEN_URL": self._url("token") + self._scenario.token_path,
                "API_BASE_URL": self._url("api") + self._scenario.api_path,
                "CLIENT_ID": CLIENT_ID,
                "CLIENT_SECRET": self.secret,
            }
            self.release(*(spec.hold or "" for spec in self._scenario.api))

    def requests(self, origin: Origin) -> list[Exchange]:
        """Return the exchanges with *origin* so far, in order."""
        with self._changed:
            return [e for e in self.exchanges if e.origin == origin]

    def revoke(self) -> None:
        """Reject every token that was issued so far."""
        with self._changed:
            self._revoked = len(self.tokens)

    def release(self, *names: str) -> None:
        """Send the responses that are held under *names*."""
        with self._changed:
            self._released.update(names)
            self._changed.notify_all()

    def wait_for_api_requests(self, number: int, timeout: float) -> bool:
        """Wait until the API has received *number* requests; False after *timeout* seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count("api") >= number, timeout)

    def _url(self, origin: Origin, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._ports[origin]}"

    def _count(self, origin: Origin) -> int:
        return sum(e.origin == origin for e in self.exchanges)

    def _responder(self, origin: Origin) -> Responder:
        def respond(request: Request) -> Response | None:
            self._observe()
            exchange, spec, decision = self._receive(origin, request)
            time.sleep(spec.delay)
            if (name := spec.hold) is not None:
                with self._changed:
                    self._changed.wait_for(lambda: name in self._released, MAX_HOLD)
            response = None if spec.disconnect else self._response(exchange, spec, decision)
            with self._changed:
                exchange.status = response.status if response else None
                exchange.responded = time.monotonic()
            return response

        return respond

    def _receive(self, origin: Origin, request: Request) -> tuple[Exchange, ResponseSpec, Decision]:
        """Record a request, and decide now on its response, which may be sent later."""
        with self._changed:
            spec = ResponseSpec() if origin == "elsewhere" else next(self._specs[origin])
            exchange = Exchange(
                origin=origin,
                number=self._count(origin) + 1,
                received=time.monotonic(),
                request=request,
            )
            self.exchanges.append(exchange)
            decide = self._authenticate if origin == "api" else self._issue
            decision = decide(exchange, spec)
            self._changed.notify_all()
            return exchange, spec, decision

    def _decision(self, token: str | None, rejection: str | None = None) -> Decision:
        return Decision(label=self.label, secret=self.secret, token=token, rejection=rejection)

    def _authenticate(self, exchange: Exchange, _spec: ResponseSpec) -> Decision:
        scheme, _, value = exchange.request.headers.get("authorization", "").partition(" ")
        for token in self.tokens:
            if scheme.lower() == "bearer" and value.strip() == token.value:
                exchange.token = token.number
                revoked = token.number <= self._revoked
                return self._decision(token.value, "revoked" if revoked else None)
        return self._decision(None, "missing or unknown")

    def _issue(self, exchange: Exchange, spec: ResponseSpec) -> Decision:
        path = self._scenario.token_path
        error = oauth_error(exchange.request, path, CLIENT_ID, self.secret)
        if exchange.origin == "token" and error:
            return self._decision(None, error)
        marker = random_marker()
        token = Token(
            number=len(self.tokens) + 1,
            value=token_text(spec.token, marker, spec.expires_in),
            marker=marker,
            issued=exchange.received,
            expires_in=spec.expires_in,
        )
        if exchange.origin == "token" and spec.contains_token:
            self.tokens.append(token)
            exchange.token = token.number
        return self._decision(token.value)

    def _response(self, exchange: Exchange, spec: ResponseSpec, decision: Decision) -> Response:
        if spec.redirect:
            host = "localhost" if spec.redirect == "host" else "127.0.0.1"
            return redirect(spec, self._url("elsewhere", host) + exchange.request.target)
        if exchange.origin == "token" or exchange.request.method == "POST":
            return token_response(spec, decision)
        return api_response(spec, decision, number=exchange.number)


def _in_order(specs: tuple[ResponseSpec, ...]) -> Iterator[ResponseSpec]:
    """Yield each of *specs* as often as its ``times``, then the last one without end."""
    listed = (repeat(spec, spec.times) for spec in specs)
    return chain(chain.from_iterable(listed), repeat(specs[-1]))
