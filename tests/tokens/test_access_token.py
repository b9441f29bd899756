"""How long a token is used, and how long a failure is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persium_ext._runtime.clock import Instant
from persium_ext._text.secret import Secret
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.failure_backoff import FailureBackoff, back_off
from persium_ext._tokens.token_failure import TokenFailure
from persium_ext.errors import (
    TokenEndpointUnavailable,
    TokenRefused,
    TokenResponseInvalid,
)


def token(*, expires_in: float = 300, received: float = 0.0) -> AccessToken:
    """A token whose request was sent at second 1,000,000 of the wall clock and 500 of the other."""
    return AccessToken(
        value=Secret("t-1-x"),
        token_type="Bearer",
        scope=None,
        expires_in=expires_in,
        sent=at(0),
        received=at(received),
    )


def at(steady: float, *, wall: float | None = None) -> Instant:
    """The instant *steady* seconds later; the wall clock agrees unless *wall* says otherwise."""
    return Instant(wall=1_000_000 + (steady if wall is None else wall), steady=500 + steady)


@pytest.mark.parametrize(
    ("life", "took", "expired", "usable_once"),
    [
        pytest.param(300, 1, False, False, id="kept, so it needs no leave"),
        pytest.param(300, 280, False, True, id="20 s were left"),
        pytest.param(300, 299.5, False, True, id="half a second was left"),
        pytest.param(300, 300, True, False, id="dead on arrival"),
        pytest.param(300, 3600, True, False, id="long dead on arrival"),
        pytest.param(20, 0.5, False, True, id="short"),
        pytest.param(1, 0.5, False, True, id="as short as can be"),
        pytest.param(0, 0.5, False, True, id="no life at all"),
        pytest.param(-10, 0.5, False, True, id="less than that"),
    ],
)
def test_a_token_that_is_not_cached(
    life: float, took: float, expired: Any, usable_once: Any
) -> None:
    """It serves who waited for it while it lives; the dead serve nobody."""
    arrived = token(expires_in=life, received=took)

    assert arrived.expired_on_arrival is expired
    assert arrived.usable_once(at(took)) is usable_once
    assert arrived.usable_once(at(took + 400)) is (life <= 0)


@pytest.mark.parametrize(
    ("now", "is_fresh"),
    [
        pytest.param(at(0), True, id="new"),
        pytest.param(at(270), True, id="30 s left"),
        pytest.param(at(270.001), False, id="a little less"),
        pytest.param(at(5, wall=280), False, id="suspended: only the wall clock saw it"),
        pytest.param(at(280, wall=-3600), False, id="the wall clock was set back"),
        pytest.param(at(5, wall=-3600), True, id="set back, and still new"),
    ],
)
def test_is_fresh(now: Any, is_fresh: Any) -> None:
    """A token is used while 30 s or more remain, by the clock that says less."""
    assert token().is_fresh(now) is is_fresh


@given(age=st.floats(0, 400), drift=st.floats(-1e6, 1e6))
def test_no_clock_prolongs_a_token(age: float, drift: Any) -> None:
    """Whatever the wall clock is set to, a token is never used past its life less 30 s."""
    if token().is_fresh(at(age, wall=age + drift)):
        assert age <= 270


@pytest.mark.parametrize(
    ("expires_in", "received", "cacheable"),
    [(300, 0.5, True), (30, 0.0, True), (30, 0.1, False), (60, 31, False), (0, 0, False)],
)
def test_cacheable(expires_in: Any, received: Any, cacheable: Any) -> None:
    """Only a token that had 30 s when it arrived is kept."""
    assert token(expires_in=expires_in, received=received).cacheable is cacheable


def test_expires_at_is_utc() -> None:
    """People read the expiry as a time of day."""
    assert token().expires_at == datetime.fromtimestamp(1_000_300, UTC)


def test_a_huge_life_is_bounded() -> None:
    """A life that no date can hold is cut to a year of 365 days."""
    eternal = token(expires_in=10**400)

    assert eternal.expires_at == datetime.fromtimestamp(1_000_000, UTC) + timedelta(days=365)
    assert eternal.remaining(at(1)) == 365 * 86_400 - 1


@pytest.mark.parametrize(
    ("expires_in", "now", "part"),
    [(300, at(0), 0), (300, at(75), 0.25), (300, at(300), 1), (10**400, at(365 * 43_200), 0.5)],
)
def test_elapsed_fraction(expires_in: Any, now: Any, part: Any) -> None:
    """The part of its life that is over goes from 0 to 1, of a year at most."""
    assert token(expires_in=expires_in).elapsed_fraction(now) == part


def test_repr_is_masked() -> None:
    """The token shows its facts, not its value, and no clocks."""
    shown = repr(token())

    assert shown.endswith("token_type='Bearer', scope=None, expires_in=300)")
    assert "'t'" not in shown


def test_redact() -> None:
    """It takes itself out of what others wrote."""
    assert token().redact("a t-1-x b") == "a [redacted] b"


@pytest.mark.parametrize("missing", attrs.fields_dict(AccessToken))
def test_a_token_needs_all_its_facts(missing: str) -> None:
    """None of them may be left out by mistake."""
    facts = {name.lstrip("_"): at(0) for name in attrs.fields_dict(AccessToken)}
    del facts[missing.lstrip("_")]

    with pytest.raises(TypeError, match=missing.lstrip("_")):
        AccessToken(**facts)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        pytest.param(TokenEndpointUnavailable("down"), [5, 10, 20, 30, 30], id="outage"),
        pytest.param(TokenResponseInvalid("odd", status=200), [5, 10, 20, 30, 30], id="odd answer"),
        pytest.param(TokenRefused(status=401, error="no"), [60, 60, 60, 60, 60], id="refused"),
        pytest.param(
            TokenEndpointUnavailable("busy", retry_after=25), [25, 25, 25, 30, 30], id="asked"
        ),
        pytest.param(
            TokenEndpointUnavailable("busy", retry_after=9e9), [60] * 5, id="asked too much"
        ),
    ],
)
def test_cooldowns(error: Any, pauses: Any) -> None:
    """Outages in a row are remembered longer each time, refused credentials for a minute."""
    seen: list[float] = []
    last: FailureBackoff | None = None
    for _ in pauses:
        last = back_off(TokenFailure(error=error), previous=last, now=at(0))
        assert last.failure.error is error
        seen.append(last.delay)

    assert seen == pauses


def test_refused_credentials_end_a_row_of_outages() -> None:
    """The endpoint answered: the next outage is the first of a new row."""
    outage = TokenFailure(error=TokenEndpointUnavailable("down"))
    refused = TokenFailure(error=TokenRefused(status=401, error="no"))
    last = back_off(outage, previous=None, now=at(0))
    last = back_off(refused, previous=last, now=at(10))

    last = back_off(outage, previous=last, now=at(70))

    assert last.delay == 5


def test_cooldown_ends() -> None:
    """It is over at its end, not after it."""
    refused = TokenFailure(error=TokenRefused(status=401, error="no"))

    remembered = back_off(refused, previous=None, now=at(0))

    assert remembered.is_active(at(59.9))
    assert not remembered.is_active(at(60))
