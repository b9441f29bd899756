"""Evidence in, complaints out: what a scenario expects in the end, and what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from .leaks import found
from .scenario import Expectation
from .shape import REQUEST_CHECKS
from .tokens import Token
from .world import Exchange

SLACK: Final = 0.1
"""Seconds that a timer may be early."""
_THROTTLED: Final = {429, 503}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that is known when a scenario is over.

    Attributes:
        places: Bytes that were written somewhere, by the name of the place.
        message: The last error's text; None: there was none.
    """

    exchanges: Sequence[Exchange]
    tokens: Sequence[Token]
    secret_core: str
    message: str | None = None
    places: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    def of(self, origin: str) -> list[Exchange]:
        """What *origin* was asked, in order."""
        return [e for e in self.exchanges if e.origin == origin]


def complaints(expect: Expectation, evidence: Evidence) -> list[str]:
    """Say in a sentence each what was expected and what was seen instead."""
    return [words for check in _CHECKS for words in check(expect, evidence)]


def _counts(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    wanted = {"token": expect.token_requests, "api": expect.api_requests}
    for origin, count in wanted.items():
        seen = len(evidence.of(origin))
        if count is not None and seen not in count:
            where = "the token endpoint" if origin == "token" else "the API"
            yield f"expected {count} request(s) to {where}, saw {seen}"


def _at_once(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    most = expect.token_requests_at_once
    if most is None:
        return
    requests = evidence.of("token")
    seen = max((sum(_open_at(e, r.received) for e in requests) for r in requests), default=0)
    if seen > most:
        yield f"expected at most {most} token request(s) in flight at a time, saw {seen}"


def _open_at(exchange: Exchange, moment: float) -> bool:
    return exchange.received <= moment and (exchange.answered or moment + 1) > moment


def _tokens_used(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    if expect.tokens_used is None:
        return
    seen = [e.token for e in evidence.of("api")]
    if seen != list(expect.tokens_used):
        wanted = ", ".join(map(str, expect.tokens_used)) or "none"
        yield (
            f"expected calls of the API with token number {wanted}, in this order; "
            f"saw {', '.join(str(t or 'unknown') for t in seen) or 'none'}"
        )


def _waits(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    for origin, seconds in expect.waits.items():
        requests = evidence.of(origin)
        for before, after in pairwise(requests):
            if before.status not in _THROTTLED or before.answered is None:
                continue
            pause = after.received - before.answered
            if pause < seconds - SLACK:
                yield (
                    f"expected no request to {origin} in the {seconds:g} s after its "
                    f"{before.status}, saw one after {pause:.2f} s"
                )


def _shape(expect: Expectation, evidence: Evidence) -> Iterator[str]:
    for exchange in evidence.of("token"):
        for name in expect.request:
            complaint = REQUEST_CHECKS[name](exchange.request)
            if complaint:
                yield f"token request {exchange.number}: {complaint}"


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
    cores = {"the secret": evidence.secret_core}
    cores |= {f"token {token.number}": token.core for token in evidence.tokens}
    places = {
        **{f"the URL of {_name(e)}": e.request.target.encode() for e in evidence.exchanges},
        **{f"{_name(e)}, of another origin": _all(e) for e in evidence.of("elsewhere")},
        **evidence.places,
    }
    secret_only = {f"{_name(e)}, of the API": _all(e) for e in evidence.of("api")}
    seen = found(cores, _chosen(places, expect.hidden))
    if "elsewhere" in expect.hidden:
        seen += found({"the secret": evidence.secret_core}, secret_only)
    for leak in seen:
        yield f"expected neither secret nor token outside of their requests, saw {leak}"


def _chosen(places: Mapping[str, bytes], hidden: tuple[str, ...]) -> dict[str, bytes]:
    """Return the *places* that one of *hidden* means."""
    means = {
        "url": "the URL",
        "elsewhere": "",
        "output": "standard",
        "files": "the file",
        "arguments": "a command line",
    }
    chosen: dict[str, bytes] = {}
    for kind in hidden:
        for name, content in places.items():
            other = name.endswith("of another origin")
            if other if kind == "elsewhere" else (not other and name.startswith(means[kind])):
                chosen[name] = content
    return chosen


def _name(exchange: Exchange) -> str:
    return f"{exchange.origin} request {exchange.number}"


def _all(exchange: Exchange) -> bytes:
    return exchange.request.text.encode()


_CHECKS: Final = (
    _counts,
    _at_once,
    _tokens_used,
    _waits,
    _shape,
    _targets,
    _message,
    _hidden,
)
