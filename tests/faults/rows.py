"""The table: each fault at each endpoint, and the caller's result. It is the specification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from persium_ext import (
    ApiConnectionError,
    ApiStatusError,
    ApiTimeoutError,
    DeadlineExceeded,
    ResponseDecodeError,
    RetryPolicy,
    ServiceUnavailableError,
    TokenEndpointUnavailable,
    TokenResponseInvalid,
    TooManyRequestsError,
    UnauthorizedError,
)
from persium_ext.errors import STATUS_ERRORS

Options = dict[str, Any]
ONCE = RetryPolicy(attempts=1)
IMPATIENT: Options = {"timeout": 0.3, "retry": ONCE}
LATE: Options = {"timeout": 10, "deadline": 0.3}
SMALL: Options = {"max_response_size": 1_000_000}
DRIP: Options = {"interval": 0.05}
BIG: Options = {"size": 3_000_000}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault at one endpoint.

    Attributes:
        fault: Its name in ``ALL_FAULTS``; else what is wrong outside the sandbox.
        at: ``token`` or ``api``.
        given: Its parameters; ``times`` too.
        options: The client's arguments.
        outcome: The class of the error, exactly; None: the call succeeds.
        words: A regular expression that its message matches.
        requests: How many the endpoint receives.
        attempts: The error's number of attempts; None: that of the requests.
        after: Seconds that the call takes at least.
    """

    fault: str
    at: str
    given: Options = field(default_factory=Options)
    options: Options = field(default_factory=Options)
    outcome: type[Exception] | None = None
    words: str = ""
    requests: int = 1
    attempts: int | None = None
    after: float = 0.0

    @property
    def retried(self) -> int:
        """Requests that fail before the one that succeeds."""
        return 0 if self.outcome else int(self.given.get("times", 0))

    @property
    def shown(self) -> str:
        """The fault and its parameters."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.given.items())
        return f"{self.fault} {given}".strip()

    @property
    def name(self) -> str:
        """Its name in pytest's output."""
        return f"{self.at}: {self.shown} {self.shown_options}".strip()

    @property
    def shown_options(self) -> str:
        """The client's arguments."""
        shown = ((name, getattr(value, "attempts", value)) for name, value in self.options.items())
        return ", ".join(f"{name}={value}" for name, value in shown)


def at_both(
    fault: str,
    api: tuple[type[Exception], int] | None,
    token: tuple[type[Exception], int] | None,
    words: str = "",
    **more: Any,
) -> Iterator[Row]:
    """Two rows of the same fault: the error and the number of requests at either endpoint."""
    for at, ending in (("api", api), ("token", token)):
        outcome, requests = ending or (None, 1)
        yield Row(fault=fault, at=at, outcome=outcome, requests=requests, words=words, **more)


BROKEN = (ApiConnectionError, 3), (TokenEndpointUnavailable, 3)
TIMED_OUT = (ApiTimeoutError, 1), (TokenEndpointUnavailable, 1)
TOO_LATE = (DeadlineExceeded, 1), (DeadlineExceeded, 1)
TOO_LONG = (ApiConnectionError, 1), (TokenEndpointUnavailable, 1)
UNREADABLE = (ResponseDecodeError, 1), (TokenResponseInvalid, 3)
BUSY = (TooManyRequestsError, 3), (TokenEndpointUnavailable, 3)
SERVER_ERROR = (STATUS_ERRORS.get(500, ApiStatusError), 3)
REDIRECTED = (ApiStatusError, 1), (TokenResponseInvalid, 1)

ROWS = [
    Row(
        fault="refuse",
        at="api",
        outcome=ApiConnectionError,
        words="Connection refused",
        requests=0,
        attempts=3,
    ),
    Row(
        fault="refuse",
        at="token",
        outcome=TokenEndpointUnavailable,
        words="Connection refused",
        requests=0,
        attempts=3,
    ),
    *at_both("reset", *BROKEN, "Connection reset by peer"),
    *at_both("reset", None, None, given={"times": 1}),
    *at_both("close", *BROKEN, "Server disconnected without sending a response"),
    *at_both("garbage", *BROKEN, r"illegal status line( \(3 attempts\))?$"),
    *at_both("stall", *TIMED_OUT, "no data arrived within the timeout", options=IMPATIENT),
    *at_both("stall", *TOO_LATE, "deadline|no token in time", options=LATE),
    *at_both("stall", None, None, given={"seconds": 0.1}, after=0.1),
    *at_both("drip-head", *TOO_LATE, "deadline|no token in time", given=DRIP, options=LATE),
    *at_both("drip-body", *TOO_LATE, "deadline|no token in time", given=DRIP, options=LATE),
    *at_both("stall-in-body", *TIMED_OUT, "no data arrived within the timeout", options=IMPATIENT),
    *at_both("reset-in-body", *BROKEN, "Connection reset by peer"),
    *at_both("half-body", *BROKEN, "closed connection"),
    *at_both("length-too-short", *UNREADABLE, "not (a )?JSON"),
    *at_both("close-after-response", None, None),
    *at_both("gzip-bomb", *TOO_LONG, "longer than 1,0..,... bytes", given=BIG, options=SMALL),
    *at_both("huge-body", *TOO_LONG, "longer than 1,0..,... bytes", given=BIG, options=SMALL),
    *at_both("endless-body", *TOO_LONG, "longer than 1,0..,... bytes", options=SMALL),
    *at_both("html", *UNREADABLE, "not (a )?JSON", given={"status": 200}),
    *at_both(
        "html",
        (STATUS_ERRORS.get(502, ApiStatusError), 3),
        (TokenEndpointUnavailable, 3),
        "HTTP 502",
        given={"status": 502},
    ),
    *at_both(
        "html",
        (ServiceUnavailableError, 3),
        (TokenEndpointUnavailable, 3),
        "HTTP 503",
        given={"status": 503},
    ),
    *at_both("bad-json", *UNREADABLE, "not (a )?JSON"),
    *at_both("throttle", *BUSY, "HTTP 429", given={"retry_after": 0}),
    *at_both("throttle", None, None, given={"retry_after": 0.2, "times": 1}),
    *at_both(
        "throttle",
        (ServiceUnavailableError, 3),
        (TokenEndpointUnavailable, 3),
        "HTTP 503",
        given={"status": 503, "retry_after": 0},
    ),
    *at_both("throttle", *BUSY, "HTTP 429", given={"retry_after": "soon"}),
    *at_both(
        "throttle",
        (TooManyRequestsError, 1),
        (TokenEndpointUnavailable, 1),
        "HTTP 429",
        given={"retry_after": 10**9},
    ),
    *at_both("throttle-date", *BUSY, "HTTP 429", given={"seconds": -3600}),
    *at_both(
        "throttle-date",
        (ServiceUnavailableError, 1),
        (TokenEndpointUnavailable, 1),
        "HTTP 503",
        given={"status": 503, "seconds": 3600},
    ),
    *at_both("redirect", *REDIRECTED, "HTTP 307", given={"status": 307}),
    *at_both("redirect", *REDIRECTED, "HTTP 308", given={"status": 308}),
    Row(
        fault="no-expires-in",
        at="token",
        outcome=TokenResponseInvalid,
        words="expires_in is missing",
    ),
    Row(fault="expires-in", at="token"),
    Row(
        fault="expires-in",
        at="token",
        given={"value": "300"},
        outcome=TokenResponseInvalid,
        words="not a number",
    ),
    *at_both("server-error", SERVER_ERROR, (TokenEndpointUnavailable, 3), "HTTP 500"),
    Row(
        fault="revoked",
        at="api",
        outcome=UnauthorizedError,
        words="HTTP 401",
        requests=2,
        attempts=1,
    ),
    Row(fault="revoked", at="api", given={"times": 1}),
]
