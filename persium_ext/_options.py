"""A client's options, what they make of a request, and what they say of an outcome."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from attrs import field, frozen
from persium_api.facade import Operation

from . import _budgets, _clock
from ._body import Body
from ._call import Call
from ._clock import Deadline
from ._renewal import Terms
from ._retry import RetryPolicy
from ._wire import Outcome, Response, merged, origin
from .errors import DeadlineExceeded, SettingsError

T = TypeVar("T")
MAX_RESPONSE_SIZE: Final = 100 * 1024**2
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_OURS: Final = {"authorization", "host", "content-length", "transfer-encoding"}


@frozen(kw_only=True)
class Options:
    """What ``with_options`` may change, and the base URL.

    Attributes:
        base_url: Where the API is, without a slash at its end.
        timeout: Seconds that one network operation may take; None: no limit.
        deadline: Seconds for a whole call: token, attempts, waits and body; None: no limit.
        retry: When to try again.
        headers: Sent with every call.
        max_response_size: Bytes that an answer's body may have, packed or not; None: no limit.
    """

    base_url: str
    timeout: float | None
    deadline: float | None
    retry: RetryPolicy
    headers: Mapping[str, str] = field(repr=False)
    max_response_size: int | None = MAX_RESPONSE_SIZE

    def __attrs_post_init__(self) -> None:
        problems = [
            f"{name} has to be a number of seconds above 0, or None"
            for name in ("timeout", "deadline")
            if not _is_limit(getattr(self, name))
        ]
        if not _is_size(self.max_response_size):
            problems.append("max_response_size has to be a number of bytes above 0, or None")
        problems += header_problems(self.headers)
        if problems:
            raise SettingsError(*problems)

    def terms(self) -> Terms:
        """Start a call's time."""
        return Terms(deadline=Deadline.after(self.deadline), timeout=self.timeout, retry=self.retry)

    def call_of(self, operation: Operation[Any], request: Mapping[str, Any]) -> Call:
        """Describe the call of *operation*; *request* is what the generator made of it."""
        rest = dict(request)
        rest.pop("method")
        return self._call(
            operation.method,
            rest.pop("url"),
            rest,
            operation=operation.operation_id,
            secured=operation.secured,
            described=operation,
        )

    def raw_call(self, method: str, path: str, options: Mapping[str, Any]) -> Call:
        """Describe a call that openapi.yaml may not know.

        Raises:
            ValueError: *path* leads elsewhere, *method* is none, or a header can't be sent.
        """
        if path.startswith(f"{self.base_url}/"):
            path = path.removeprefix(self.base_url)
        if not path.startswith("/"):
            raise ValueError(
                f"path has to start with / (or with {self.base_url}/): the token goes nowhere else"
            )
        if not _NAME.fullmatch(method):
            raise ValueError(f"{method!r} is no HTTP method")
        if not path.isprintable():
            raise ValueError("path holds control characters")
        return self._call(method.upper(), path, dict(options), operation=f"{method.upper()} {path}")

    def _call(self, method: str, path: str, rest: dict[str, Any], **facts: Any) -> Call:  # noqa: ANN401  # attrs checks them
        given: Mapping[str, str] = rest.pop("headers", None) or {}
        if problems := header_problems(given):
            raise ValueError("; ".join(problems))
        headers = merged({"Accept": "application/json"}, self.headers, given)
        return Call(
            method=method,
            url=self.base_url + path,
            headers=headers,
            body=Body(rest),
            max_size=self.max_response_size,
            **facts,
        )

    def conclude(self, call: Call, outcome: Outcome | None, terms: Terms) -> Response:
        """Return the success, or raise the error that the call ends with."""
        late = not isinstance(outcome, Response) and not terms.deadline.remaining
        if isinstance(outcome, Response) and call.succeeded(outcome):
            return outcome
        raise call.error(None if late else outcome, deadline=self.deadline, wall=_clock.wall())

    def out_of_time(self) -> DeadlineExceeded:
        """The error of a call that got no token in time."""
        return DeadlineExceeded("no token in time", deadline=self.deadline)


def pause_after(call: Call, outcome: Outcome, terms: Terms) -> float | None:
    """Seconds to wait before the next attempt; None: *outcome* stands."""
    host = origin(call.url)
    if call.succeeded(outcome):
        if call.attempts == 1:
            _budgets.refill(host)
        return None
    attempt = call.attempt(outcome, wall=_clock.wall())
    pause = terms.retry.wait(attempt, jitter=random.random())
    if pause is None or pause >= terms.deadline.remaining:
        return None
    return pause if _budgets.spend(host, throttled=attempt.throttled) else None


def header_problems(headers: Mapping[str, str]) -> list[str]:
    """Say which of *headers* can't be sent."""
    problems: list[str] = []
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            problems.append(f"headers: {name!r} is no header name")
        elif name.lower() in _OURS:
            problems.append(f"headers: {name} is set by the client itself")
        elif not _VALUE.fullmatch(value):
            problems.append(f"headers: the value of {name} holds characters that a header can't")
    return problems


def _is_limit(seconds: object) -> bool:
    if seconds is None:
        return True
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0


def _is_size(size: object) -> bool:
    return size is None or (isinstance(size, int) and not isinstance(size, bool) and size > 0)
