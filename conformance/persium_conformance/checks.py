"""Compares the recorded evidence with what a scenario expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from .endpoints import Exchange
from .leaks import find_leaks
from .scenario import Expectation
from .token_request import REQUEST_CHECKS
from .tokens import Token

TOLERANCE: Final = 0.1
"""Seconds by which a timer may be early."""
_THROTTLED: Final = {429, 503}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that was recorded in a scenario.

    Attributes:
        message: The text of the last error, if there was one.
        locations: The bytes that were found in each location, by its name.
    """

    exchanges: Sequence[Exchange]
    tokens: Sequence[Token]
    secret_marker: str
    message: str | None = None
    locations: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    def of(self, origin: str) -> list[Exchange]:
        """Return the exchanges with *origin*, in order."""
        return [e for e in self.exchanges if e.origin == origin]


def violations(expect: Expectation, evidence: Evidence) -> list[str]:
    """Return one sentence for each violation: the expected and the observed behaviour."""
    return [violation for check in _CHECKS for violation in check(expect, evidence)]


def _counts(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    expected = {"token": expect.token_requests, "api": expect.api_requests}
    for origin, count in expected.items():
        seen = len(evidence.of(origin))
        if count is not None and seen not in count:
            where = "the token endpoint" if origin == "token" else "the API"
            yield f"expected {count} request(s) to {where}, saw {seen}"


def _concurrency(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    most = expect.token_requests_at_once
    if most is None:
        return
    requests = evidence.of("token")
    seen = max((sum(_in_flight(e, r.received) for e in requests) for r in requests), default=0)
    if seen > most:
        yield f"expected at most {most} token request(s) in flight at a time, saw {seen}"


def _in_flight(exchange: Exchange, instant: float) -> bool:
    return exchange.received <= instant and (exchange.responded or instant + 1) > instant


def _tokens_used(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    if expect.tokens_used is None:
        return
    seen = [e.token for e in evidence.of("api")]
    if seen != list(expect.tokens_used):
        expected = ", ".join(map(str, expect.tokens_used)) or "none"
        yield (
            f"expected calls of the API with token number {expected}, in this order; "
            f"saw {', '.join(str(t or 'unknown') for t in seen) or 'none'}"
        )


def _waits(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    for origin, seconds in expect.waits.items():
        requests = evidence.of(origin)
        for before, after in pairwise(requests):
            if before.status not in _THROTTLED or before.responded is None:
                continue
            pause = after.received - before.responded
            if pause < seconds - TOLERANCE:
                yield (
                    f"expected no request to {origin} in the {seconds:g} s after its "
                    f"{before.status}, saw one after {pause:.2f} s"
                )


def _token_requests(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    for exchange in evidence.of("token"):
        for name in expect.request:
            violation = REQUEST_CHECKS[name](exchange.request)
            if violation:
                yield f"token request {exchange.number}: {violation}"


def _targets(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    for origin, target in expect.target.items():
        for exchange in evidence.of(origin):
            if exchange.request.target != target:
                yield f"expected a request for {target}, saw one for {exchange.request.target}"


def _message(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    for word in expect.message:
        if word not in (evidence.message or ""):
            yield f'expected "{word}" in the error\'s text, saw "{evidence.message}"'


def _hidden(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    secret = {"the secret": evidence.secret_marker}
    tokens = {f"token {token.number}": token.marker for token in evidence.tokens}
    leaks: list[str] = []
    for kind in expect.hidden:
        leaks += find_leaks({**secret, **tokens}, _locations(kind, evidence))
        if kind == "elsewhere":
            to_api = {f"{_name(e)}, of the API": _content(e) for e in evidence.of("api")}
            leaks += find_leaks(secret, to_api)
    for leak in leaks:
        yield f"expected neither secret nor token outside of their requests, saw {leak}"


def _locations(kind: str, evidence: Evidence) -> Mapping[str, bytes]:
    """Return the locations that *kind*, a value of ``hidden``, names."""
    if kind == "url":
        return {f"the URL of {_name(e)}": e.request.target.encode() for e in evidence.exchanges}
    if kind == "elsewhere":
        others = evidence.of("elsewhere")
        return {f"{_name(e)}, of another origin": _content(e) for e in others}
    prefix = {"output": "standard", "files": "the file", "arguments": "a command line"}[kind]
    return {n: content for n, content in evidence.locations.items() if n.startswith(prefix)}


def _name(exchange: Exchange) -> str:
    return f"{exchange.origin} request {exchange.number}"


def _content(exchange: Exchange) -> bytes:
    return exchange.request.text.encode()


_CHECKS: Final = (
    _counts,
    _concurrency,
    _tokens_used,
    _waits,
    _token_requests,
    _targets,
    _message,
    _hidden,
)
