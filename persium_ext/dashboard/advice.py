"""Advice: which rules of the token policy (TP-1 to TP-10) the requests of a client break.

A server sees only a part of what a client does, so these are the rules that it can judge. Where
something else looks alike, such as two processes with the same credentials, the text says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from .events import Event

MARGIN: Final = 30.0
"""Seconds: a token with less is not sent (TP-2)."""
_EARLIEST_REFRESH: Final = 0.6
"""The part of a token's life after which a fleet may refresh it: ``spread_refresh``."""
_SLACK: Final = 0.5
"""Seconds between a decision of the client and the request that the server sees."""
_AGAIN: Final = 5.0
"""Seconds in which credentials that follow their refusal are taken for a retry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A rule that was broken, and what to do.

    Attributes:
        rule: Its number, such as ``TP-1``.
        clients: The client_id of each client that broke it; "" stands for requests without one.
        text: What was seen, and what a client does instead.
        count: How often.
        in_last_minute: How often in the minute before the last time.
        last: The last time, in seconds since the dashboard started.
    """

    rule: str
    clients: Sequence[str]
    text: str
    count: int
    in_last_minute: int
    last: float


def advice(events: Sequence[Event]) -> list[Advice]:
    """Return what the clients of *events* should do better, in the order of the rules."""
    by_client: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.responded):
        by_client[event.client].append(event)
    return [
        _advice(rule, found)
        for rule in _RULES
        if (found := [e for client in by_client.values() for e in rule.broken_by(client)])
    ]


def _advice(rule: _Rule, found: Sequence[Event]) -> Advice:
    times = [event.received for event in found]
    last = max(times)
    return Advice(
        rule=rule.name,
        clients=sorted({event.client for event in found}),
        text=rule.text,
        count=len(times),
        in_last_minute=sum(time > last - 60 for time in times),
        last=last,
    )


def _needless_tokens(events: Sequence[Event]) -> Iterator[Event]:
    """Yield token requests while the client had a token to use."""
    received, until = 0.0, 0.0
    for event in events:
        if event.is_token_request:
            if received < event.received < until:
                yield event
            if event.token is not None and event.delivered and event.life is not None:
                usable = min(event.life - MARGIN, event.life * _EARLIEST_REFRESH)
                received, until = event.responded, event.received + usable
        elif event.status == 401:
            until = 0.0


def _late_uses(events: Sequence[Event]) -> Iterator[Event]:
    """Yield calls with a token that has less than the margin, though it once had more."""
    last_use: dict[int, float] = {}
    for event in events:
        if event.token is None:
            continue
        if not event.is_token_request:
            if event.received > last_use.get(event.token, event.received) + _SLACK:
                yield event
        elif event.life is not None and event.life >= MARGIN:
            last_use[event.token] = event.received + event.life - MARGIN


def _simultaneous(events: Sequence[Event]) -> Iterator[Event]:
    """Yield token requests while another one of the client was in flight."""
    busy_until = 0.0
    for event in sorted(events, key=lambda event: event.received):
        if event.is_token_request:
            if event.received < busy_until:
                yield event
            busy_until = max(busy_until, event.responded)


def _refused_again(events: Sequence[Event]) -> Iterator[Event]:
    """Yield calls with a token for which the client had got a 401."""
    refused: dict[int, float] = {}
    for event in events:
        if event.is_token_request or event.token is None:
            continue
        if event.received > refused.get(event.token, event.received) + _SLACK:
            yield event
        if event.status == 401 and event.delivered:
            refused.setdefault(event.token, event.responded)


def _refusals_repeated(events: Sequence[Event]) -> Iterator[Event]:
    """Yield token requests with credentials that were refused just before."""
    refused: dict[str, float] = {}
    for event in events:
        if not event.is_token_request:
            continue
        if event.received - refused.get(event.secret, event.received - _AGAIN) < _AGAIN:
            yield event
        if event.status in {400, 401} and event.delivered:
            refused[event.secret] = event.responded


def _too_early(events: Sequence[Event]) -> Iterator[Event]:
    """Yield requests before the time that ``Retry-After`` of an equal request allows."""
    allowed: dict[str, float] = {}
    for event in events:
        if event.received < allowed.get(event.call, 0.0) - _SLACK:
            yield event
        if event.status in {429, 503} and event.retry_after is not None and event.delivered:
            allowed[event.call] = event.responded + event.retry_after


def _in_urls(events: Sequence[Event]) -> Iterator[Event]:
    """Yield requests with a secret or a token in their query."""
    return (event for event in events if event.secret_in_url)


class _Rule(NamedTuple):
    name: str
    broken_by: Callable[[Sequence[Event]], Iterator[Event]]
    text: str


_RULES: Final = (
    _Rule(
        "TP-1",
        _needless_tokens,
        "A token was requested although the one before was still valid. Cache it: one token serves "
        "all calls, threads and client objects of a process. (Several processes look alike.)",
    ),
    _Rule(
        "TP-2",
        _late_uses,
        "A call had a token with less than 30 s left. Request the next token before that.",
    ),
    _Rule(
        "TP-4",
        _simultaneous,
        "Token requests overlapped. Let callers wait for the one in flight, and share its token. "
        "(Several processes look alike.)",
    ),
    _Rule(
        "TP-5",
        _refused_again,
        "A token was sent again after its 401. Drop that token, request a new one and repeat once.",
    ),
    _Rule(
        "TP-7",
        _refusals_repeated,
        "Refused credentials were sent again within 5 s. A 400 or 401 of the token endpoint is "
        "final.",
    ),
    _Rule(
        "TP-8",
        _too_early,
        "A request was repeated before its Retry-After had passed. Wait that long. (An equal call "
        "of another thread looks alike.)",
    ),
    _Rule(
        "TP-9",
        _in_urls,
        "A secret or token was in a URL, which servers log. Send it in the form or header field.",
    ),
)
