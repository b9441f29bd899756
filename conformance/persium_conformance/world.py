"""The world of one scenario: a token endpoint, an API, and an origin that is neither."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final, Literal

from .endpoints import Prepared, api_reply, redirect, refusal, token_reply
from .origin import Origin, Reply, Request
from .scenario import Answer, Scenario
from .tokens import Token, core, token_text

Name = Literal["token", "api", "elsewhere"]
CLIENT_ID: Final = "acme-corp-backend"
LONGEST_HOLD: Final = 45.0


@dataclass(kw_only=True)
class Exchange:
    """A request and what became of it; times are of the steady clock.

    Attributes:
        number: 1 for the first of its origin.
        token: Number of the token that was issued, or that the API was sent; None: none we know.
        status: None: no answer, or not yet.
    """

    origin: Name
    number: int
    received: float
    request: Request
    token: int | None = None
    status: int | None = None
    answered: float | None = None


class World:
    """Answers as its scenario says, and keeps everything that it was asked."""

    def __init__(self, scenario: Scenario, observe: Callable[[], None] = lambda: None) -> None:
        self._scenario = scenario
        self._observe = observe
        self._script = {"token": _one_by_one(scenario.token), "api": _one_by_one(scenario.api)}
        self._changed = threading.Condition()
        self._released: set[str] = set()
        self._revoked = 0
        self._ports: dict[Name, int] = {}
        self.secret_core = core()
        self.secret = scenario.secret + self.secret_core
        self.label = f"Acme {core()}"
        self.tokens: list[Token] = []
        self.exchanges: list[Exchange] = []
        self.started = time.monotonic()

    @contextmanager
    def open(self) -> Generator[dict[str, str]]:
        """Listen, and return the settings that lead a subject here."""
        with ExitStack() as stack:
            names: tuple[Name, ...] = ("token", "api", "elsewhere")
            for name in names:
                self._ports[name] = stack.enter_context(Origin(self._responder(name))).port
            yield {
                "TOKEN_URL": self._url("token") + self._scenario.token_path,
                "API_BASE_URL": self._url("api") + self._scenario.api_path,
                "CLIENT_ID": CLIENT_ID,
                "CLIENT_SECRET": self.secret,
            }
            self.release(*(answer.hold or "" for answer in self._scenario.api))

    def requests(self, origin: Name) -> list[Exchange]:
        """What *origin* was asked until now, in order."""
        with self._changed:
            return [e for e in self.exchanges if e.origin == origin]

    def revoke(self) -> None:
        """Refuse every token that was issued until now."""
        with self._changed:
            self._revoked = len(self.tokens)

    def release(self, *names: str) -> None:
        """Let held answers go."""
        with self._changed:
            self._released.update(names)
            self._changed.notify_all()

    def until(self, number: int, patience: float) -> bool:
        """Wait until the API has had *number* requests; False if it takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._number("api") >= number, patience)

    def _url(self, origin: Name, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._ports[origin]}"

    def _number(self, origin: Name) -> int:
        return sum(e.origin == origin for e in self.exchanges)

    def _responder(self, name: Name) -> Callable[[Request], Reply | None]:
        def respond(request: Request) -> Reply | None:
            self._observe()
            exchange, answer, token = self._arrive(name, request)
            time.sleep(answer.delay)
            if answer.hold:
                with self._changed:
                    held = answer.hold
                    self._changed.wait_for(lambda: held in self._released, LONGEST_HOLD)
            reply = None if answer.disconnect else self._reply(exchange, answer, token)
            with self._changed:
                exchange.status = reply.status if reply else None
                exchange.answered = time.monotonic()
            return reply

        return respond

    def _arrive(self, name: Name, request: Request) -> tuple[Exchange, Answer, Prepared]:
        """Take a request in: what it gets is decided now, though it may be sent later."""
        with self._changed:
            now = time.monotonic()
            answer = Answer() if name == "elsewhere" else next(self._script[name])
            exchange = Exchange(
                origin=name, number=self._number(name) + 1, received=now, request=request
            )
            self.exchanges.append(exchange)
            prepared = Prepared(label=self.label, secret=self.secret)
            if name == "api":
                prepared = self._recognise(exchange, prepared)
            else:
                prepared = self._issue(exchange, answer, prepared)
            self._changed.notify_all()
            return exchange, answer, prepared

    def _recognise(self, exchange: Exchange, prepared: Prepared) -> Prepared:
        scheme, _, value = exchange.request.headers.get("authorization", "").partition(" ")
        for token in self.tokens:
            if scheme.lower() == "bearer" and value.strip() == token.value:
                exchange.token = token.number
                accepted = token.number > self._revoked
                return prepared.with_token(token.value, refused=None if accepted else "revoked")
        return prepared.with_token(None, refused="missing or unknown")

    def _issue(self, exchange: Exchange, answer: Answer, prepared: Prepared) -> Prepared:
        refused = refusal(exchange.request, self._scenario.token_path, CLIENT_ID, self.secret)
        if exchange.origin == "token" and refused:
            return prepared.with_token(None, refused=refused)
        mark = core()
        token = Token(
            number=len(self.tokens) + 1,
            value=token_text(answer.token, mark, answer.expires_in),
            core=mark,
            issued=exchange.received,
            expires_in=answer.expires_in,
        )
        known = (
            answer.status is None and answer.body in {"json", "broken"} and not answer.disconnect
        )
        if known and exchange.origin == "token":
            self.tokens.append(token)
            exchange.token = token.number
        return prepared.with_token(token.value, refused=None)

    def _reply(self, exchange: Exchange, answer: Answer, prepared: Prepared) -> Reply:
        if answer.redirect:
            host = "localhost" if answer.redirect == "host" else "127.0.0.1"
            return redirect(answer, self._url("elsewhere", host) + exchange.request.target)
        if exchange.origin == "token" or exchange.request.method == "POST":
            return token_reply(answer, prepared)
        return api_reply(answer, prepared, number=exchange.number)


def _one_by_one(answers: tuple[Answer, ...]) -> Iterator[Answer]:
    """Yield each as often as it says, and the last for ever."""
    told = (repeat(answer, answer.times) for answer in answers)
    return chain(chain.from_iterable(told), repeat(answers[-1]))
