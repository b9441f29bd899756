"""Which rule of the token policy a row of requests breaks, as values."""

from __future__ import annotations

import pytest

from persium_ext.dashboard.advice import advice
from persium_ext.dashboard.events import Event


def token(at: float, number: int | None = 1, **changes: object) -> Event:
    """Return a token request at this second, which took 0.1 s and gave a token of 300 s."""
    given: dict[str, object] = {
        "endpoint": "token",
        "operation": "requestToken",
        "method": "POST",
        "received": at,
        "responded": at + 0.1,
        "status": 200,
        "client": "acme",
        "secret": "s",
        "token": number,
        "life": 300.0,
        "call": "token",
    }
    return Event(**given | changes)  # type: ignore[arg-type]  # a table of members


def call(at: float, number: int | None = 1, **changes: object) -> Event:
    """Return a call at this second, which took 0.1 s."""
    given: dict[str, object] = {
        "endpoint": "api",
        "operation": "getMe",
        "method": "GET",
        "received": at,
        "responded": at + 0.1,
        "status": 200,
        "client": "acme",
        "token": number,
        "call": "me",
    }
    return Event(**given | changes)  # type: ignore[arg-type]  # the same


BROKEN = [
    pytest.param("TP-1", [token(0), token(5, 2)], id="a token for each call"),
    pytest.param(
        "TP-1", [token(0, life=40.0), token(9, 2, life=40.0)], id="10 s before the margin"
    ),
    pytest.param("TP-2", [token(0), call(271)], id="29 s left"),
    pytest.param("TP-4", [token(0, None, status=503), token(0.05, 2)], id="two at once"),
    pytest.param("TP-5", [token(0), call(1, status=401), call(1.7)], id="the refused token again"),
    pytest.param(
        "TP-7",
        [token(0, None, status=401), token(4, None, status=401)],
        id="refused credentials again",
    ),
    pytest.param(
        "TP-8",
        [token(0), call(1, status=429, retry_after=3.0), call(3)],
        id="1 s before the end of Retry-After",
    ),
    pytest.param(
        "TP-8",
        [token(0, None, status=503, retry_after=2.0), token(1)],
        id="the token endpoint before the end of Retry-After",
    ),
    pytest.param("TP-9", [token(0), call(1, secret_in_url=True)], id="a token in the query"),
]


@pytest.mark.parametrize(("rule", "events"), BROKEN)
def test_broken_rules_are_named(rule: str, events: list[Event]) -> None:
    """Requests that break a rule are advised on that rule, and on no other."""
    assert [each.rule for each in advice(events)] == [rule]


KEPT = [
    pytest.param([], id="nothing"),
    pytest.param([token(0), *(call(n) for n in range(1, 270, 20)), token(270.3, 2)], id="a life"),
    pytest.param([token(0), token(181, 2)], id="a refresh at 60 % of the life"),
    pytest.param([token(0, client="a"), token(1, 2, client="b")], id="two clients"),
    pytest.param(
        [token(0), call(1, status=401), token(1.2, 2), call(1.4, 2)], id="a revoked token"
    ),
    pytest.param(
        [token(0, life=20.0), call(1), token(2, 2, life=20.0), call(3, 2)],
        id="tokens of less than 30 s",
    ),
    pytest.param([token(0, delivered=False, fault="reset"), token(1, 2)], id="a lost token"),
    pytest.param([token(0, None, status=503), token(1)], id="an outage"),
    pytest.param(
        [token(0, None, status=401), token(1, secret="other")], id="refused, then another secret"
    ),
    pytest.param([token(0, life=None), token(1, 2, life=None)], id="no expires_in"),
    pytest.param(
        [token(0), call(1, status=401, delivered=False), token(2, 2), call(2.2)],
        id="a 401 that was lost",
    ),
    pytest.param(
        [token(0), call(1, status=503, retry_after=1.0), call(2.2)], id="Retry-After is honoured"
    ),
    pytest.param([call(1, None, client="", status=401), call(9, None, client="")], id="no token"),
]


@pytest.mark.parametrize("events", KEPT)
def test_policy_is_kept(events: list[Event]) -> None:
    """Requests that keep the policy get no advice."""
    assert advice(events) == []


def test_advice_counts_and_names() -> None:
    """It names the clients, counts all times and those of the last minute."""
    events = [
        *(token(at, number) for number, at in enumerate((0, 1, 100, 130, 159))),
        *(token(at, number, client="other") for number, at in enumerate((150, 151), start=9)),
    ]

    (found,) = advice(events)

    assert found.clients == ["acme", "other"]
    assert (found.count, found.in_last_minute, found.last) == (5, 4, 159)
