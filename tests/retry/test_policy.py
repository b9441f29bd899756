"""The retry policy, as a table."""

from __future__ import annotations

import time
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persium_ext import RetryPolicy
from persium_ext._retry.budget import RetryBudget
from persium_ext._retry.policy import Attempt
from persium_ext._retry.retry_after import parse_retry_after

READS_AND_IDEMPOTENT_WRITES = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]


@pytest.mark.parametrize(
    ("attempt", "wait"),
    [
        pytest.param(Attempt(1, "GET", status=503), 0.25, id="503 backs off"),
        pytest.param(Attempt(2, "GET", status=503), 0.5, id="and doubles"),
        pytest.param(Attempt(3, "GET", status=503), None, id="third try is the last"),
        pytest.param(Attempt(1, "GET", status=429), 1.0, id="429 starts slower"),
        pytest.param(Attempt(1, "GET", status=429, retry_after=7), 7, id="Retry-After wins"),
        pytest.param(Attempt(1, "GET", status=503, retry_after=0), 0, id="zero is honoured"),
        pytest.param(Attempt(1, "GET", status=503, retry_after=60), 60, id="60 s are waited"),
        pytest.param(Attempt(1, "GET", status=503, retry_after=61), None, id="61 s are not"),
        pytest.param(Attempt(1, "GET", status=500), 0.25, id="500 of a GET"),
        pytest.param(Attempt(1, "HEAD", status=500), 0.25, id="500 of a HEAD"),
        pytest.param(Attempt(1, "PUT", status=500), None, id="500 of a PUT"),
        pytest.param(Attempt(1, "GET", status=403), None, id="403 stands"),
        pytest.param(Attempt(1, "GET", status=404, retry_after=1), None, id="404 stands"),
        pytest.param(Attempt(1, "GET", status=501), None, id="501 stands"),
        pytest.param(Attempt(1, "POST", status=502), None, id="POST might have worked"),
        pytest.param(Attempt(1, "POST", status=503), None, id="503 of a POST, no Retry-After"),
        pytest.param(Attempt(1, "POST", status=503, retry_after=2), 2, id="503 that asks to wait"),
        pytest.param(Attempt(1, "PATCH", status=429, retry_after=2), 2, id="429 that asks to wait"),
        pytest.param(Attempt(1, "POST", status=504, retry_after=2), None, id="504 of a POST"),
        pytest.param(Attempt(1, "POST", status=504, idempotency_key=True), 0.25, id="with a key"),
        pytest.param(Attempt(1, "POST", unsent=True), 0.25, id="a POST that never left"),
        pytest.param(Attempt(1, "POST"), None, id="a POST that broke on the way"),
        pytest.param(Attempt(1, "POST", idempotency_key=True), 0.25, id="broke, with a key"),
        pytest.param(Attempt(1, "DELETE"), 0.25, id="a DELETE that broke on the way"),
        pytest.param(Attempt(1, "GET", unsent=True, final=True), None, id="untrusted certificate"),
        pytest.param(Attempt(1, "PUT", unsent=True, replayable=False), None, id="consumed stream"),
        pytest.param(Attempt(1, "TRACE", status=503), None, id="a method nobody offers"),
    ],
)
def test_wait(attempt: Any, wait: Any) -> None:
    """Each outcome has its wait, or none."""
    assert RetryPolicy().wait(attempt, jitter=1.0) == wait


def test_an_attempt_that_says_nothing_of_itself() -> None:
    """What is not said of it is not so, but that its body can be sent again."""
    assert attrs.asdict(Attempt(1, "GET")) == {
        "number": 1,
        "method": "GET",
        "status": None,
        "reason": None,
        "unsent": False,
        "final": False,
        "retriable": None,
        "retry_after": None,
        "idempotency_key": False,
        "replayable": True,
    }


def test_facts_of_an_attempt_go_by_name() -> None:
    """Of six facts in a row nobody would see which is which."""
    kinds = {fact.name: fact.kw_only for fact in attrs.fields(Attempt)}

    assert [name for name, kw_only in kinds.items() if not kw_only] == ["number", "method"]


@pytest.mark.parametrize("method", READS_AND_IDEMPOTENT_WRITES)
@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_transient_statuses_of_idempotent_methods(method: Any, status: int) -> None:
    """Five statuses are tried again for each idempotent method."""
    assert RetryPolicy().wait(Attempt(1, method, status=status), jitter=0.5) is not None


@given(number=st.integers(1, 50), jitter=st.floats(0, 1), throttled=st.booleans())
def test_back_off_is_jittered_and_capped(number: Any, jitter: Any, throttled: Any) -> None:
    """A back-off is a random part of a doubling base, and never longer than the cap."""
    policy = RetryPolicy(attempts=100)

    wait = policy.pause(number, throttled=throttled, retry_after=None, jitter=jitter)
    full = policy.pause(number, throttled=throttled, retry_after=None, jitter=1.0)

    assert wait is not None
    assert full is not None
    assert wait == jitter * full
    assert full == min(8.0, (1.0 if throttled else 0.25) * 2 ** (number - 1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("attempts", 0),
        ("base", -0.1),
        ("throttled_base", -0.1),
        ("cap", 0),
        ("longest_retry_after", -0.1),
        ("base", 1_000_001),
        ("throttled_base", 1e7),
        ("cap", 1e300),
        ("longest_retry_after", float("inf")),
    ],
)
def test_policy_refuses_nonsense(field: Any, value: Any) -> None:
    """A wrong number is refused by the name of its field."""
    with pytest.raises(ValueError, match=f"'{field}' must be"):
        RetryPolicy(**{field: value})


def test_policy_takes_the_least_of_each() -> None:
    """One try, no wait and the smallest cap are policies, too."""
    policy = RetryPolicy(attempts=1, base=0, throttled_base=0, cap=0.1, longest_retry_after=0)

    assert policy.pause(1, throttled=False, retry_after=None, jitter=1.0) is None


def test_attempts_are_whole() -> None:
    """Half an attempt is none."""
    with pytest.raises(TypeError, match="attempts"):
        RetryPolicy(attempts=1.5)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("30", 30, id="seconds"),
        pytest.param("0", 0, id="none"),
        pytest.param("9" * 5_000, 2**31, id="more seconds than any number holds"),
        pytest.param("Wed, 21 Oct 2015 07:28:10 GMT", 10, id="a date"),
        pytest.param("Wednesday, 21-Oct-15 07:28:10 GMT", 10, id="a date of RFC 850"),
        pytest.param("Wed Oct 21 07:28:10 2015", 10, id="a date of asctime"),
        pytest.param("Thursday, 21-Oct-99 07:28:10 GMT", 0, id="a year of the last century"),
        pytest.param("Mon Nov  2 07:28:00 2015", 1_036_800, id="a day of one digit"),
        pytest.param("Wed, 21 Oct 2015 07:27:00 GMT", 0, id="a date that is past"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 GMT", 2**31, id="the last date"),
        pytest.param("Thu, 22 Oct 2015 23:59:60 GMT", 145_920, id="a leap second"),
        pytest.param("20, 20", 20, id="twice the same"),
        pytest.param("15 ,\t30", 30, id="the longest of two"),
        pytest.param("Wed, 21 Oct 2015 07:28:10 GMT, 5", 10, id="a date and seconds"),
        pytest.param("5, Wednesday, 21-Oct-15 07:28:10 GMT, 7", 10, id="a date amid seconds"),
        pytest.param("30s, 4", 4, id="one of two is invalid"),
    ],
)
def test_retry_after(value: str, seconds: float) -> None:
    """``Retry-After`` is digits or one of three dates, and of several the longest wait applies."""
    assert parse_retry_after({"retry-after": value}, wall=1445412480.0) == seconds


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        *("30s", "1m0s", "10m", "1.5", "1e3", "-1", "+1", "1_0", "0x10", "3 0", "٣", "nan", "inf"),
        *("soon", "Dec", "Mon", "10:00", "07:28 GMT", "P1D", "{}", '"30"'),
        pytest.param("Wed, 21 Oct 2015 07:28:10 +0200", id="another zone"),
        pytest.param("Wed, 21 Oct 2015 07:28:10 XYZ", id="no such zone"),
        pytest.param("Wed, 21 Oct 2015 07:28:10", id="no zone"),
        pytest.param("Wed, 21 Oct 2015 07:28 GMT", id="no seconds"),
        pytest.param("21 Oct 2015 07:28:10 GMT", id="no day of the week"),
        pytest.param("Wed, 99 Oct 2015 07:28:10 GMT", id="no such day"),
        pytest.param("Wed, 31 Feb 2015 07:28:10 GMT", id="no such day of that month"),
        pytest.param("Wednesday, 32-Oct-15 07:28:10 GMT", id="no such day, perhaps a year"),
        pytest.param("Wed Oct 00 07:28:10 2015", id="no day"),
        pytest.param("Wed, 21 Oct 2015 24:28:10 GMT", id="no such hour"),
        pytest.param("Wed, 21 Oct 2015 07:28:60 GMT", id="no leap second"),
        pytest.param("Wed, 21 Oct 0015 07:28:10 GMT", id="no year of the epoch"),
        pytest.param("2015-10-21T07:28:10Z", id="ISO 8601"),
    ],
)
def test_retry_after_of_another_form_is_absent(value: str) -> None:
    """A value that is neither digits nor an HTTP date is never taken for one."""
    assert parse_retry_after({"retry-after": value}, wall=1445412480.0) is None


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        pytest.param("Thu, 22 Oct 2015 00:00:00 GMT", 20, id="the server's own clock"),
        pytest.param("Thu, 22 Oct 2015 00:00:00 +0100", 59_540, id="of another form"),
        pytest.param("Thu, 32 Oct 2015 00:00:00 GMT", 59_540, id="no such day"),
        pytest.param("2015", 59_540, id="half a date"),
    ],
)
def test_date_is_compared_with_the_date_of_the_response(date: str, seconds: float) -> None:
    """An invalid ``Date`` counts as absent too: the wait is counted by our own clock."""
    headers = {"retry-after": "Thu, 22 Oct 2015 00:00:20 GMT", "date": date}

    assert parse_retry_after(headers, wall=1445412480.0) == seconds


def test_absent_retry_after() -> None:
    """Without the field there is no wait that the server asks for."""
    assert parse_retry_after({}, wall=0.0) is None


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has one zone for all processes")
def test_dates_are_gmt_wherever_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone of the machine, here nine hours off, changes nothing."""
    monkeypatch.setenv("TZ", "JST-9")
    time.tzset()
    try:
        seconds = parse_retry_after(
            {"retry-after": "Wed, 21 Oct 2015 07:28:10 GMT"}, wall=1445412480.0
        )
    finally:
        monkeypatch.undo()
        time.tzset()

    assert seconds == 10


FIELD_VALUES = st.text(st.characters(codec="latin-1"), max_size=60)


@given(value=FIELD_VALUES, date=FIELD_VALUES)
def test_retry_after_survives_anything(value: Any, date: Any) -> None:
    """Whatever a server writes there, it is a number that is not negative, or nothing."""
    seconds = parse_retry_after({"retry-after": value, "date": date}, wall=1e9)

    assert seconds is None or seconds >= 0


def test_budget_runs_dry_and_recovers() -> None:
    """35 retries empty a full budget; successes fill it again, never over its brim."""
    budget = RetryBudget()
    retries = 0
    while spent := budget.spend(throttled=False):
        budget, retries = spent, retries + 1

    assert retries == 35
    assert budget.spend(throttled=True) == RetryBudget(5)
    assert RetryBudget(14).spend(throttled=False) == RetryBudget(0)
    assert budget.refill() == RetryBudget(11)
    assert RetryBudget().refill() == RetryBudget()
