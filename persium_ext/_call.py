"""One call on its way: what was asked, what has happened so far, and how it ends; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final, TypeVar, cast

from attrs import define, field
from persium_api.facade import Operation
from persium_api.facade.errors import STATUS_ERRORS, ApiStatusError, ResponseDecodeError

from ._body import Body
from ._conform import misfit, mismatch
from ._retry import TRANSIENT, Attempt, retry_after
from ._token_cache import AccessToken
from ._wire import Failure, Message, Outcome, Response, printable
from .errors import (
    TROUBLESHOOTING,
    ApiConnectionError,
    ApiTimeoutError,
    DeadlineExceeded,
    PersiumError,
)

T = TypeVar("T")
_LENIENT: Final = SimpleNamespace(raise_on_unexpected_status=False)
_UNREADABLE: Final = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
_TWICE_REFUSED: Final = (
    "the API refused a fresh token too: "
    "do TOKEN_URL and API_BASE_URL belong to the same environment?"
)
_CONSUMED: Final = (
    "the token was refused after the body, a stream, had been sent: it can't be sent again; "
    "repeat the call with bytes or a seekable file"
)
_TOO_LONG: Final = "ask for less at once, or give the client a larger max_response_size (bytes)"
_REDIRECT: Final = "a redirect, which is not followed with credentials: check API_BASE_URL"


@define(kw_only=True)
class Call:
    """A call of one operation.

    Attributes:
        operation: Its operationId, or method and path where it has none.
        method: HTTP method, upper case.
        url: Absolute URL.
        headers: Header fields without credentials.
        body: The body and the other options of the request.
        max_size: Bytes that the answer's body may have; None: no limit.
        secured: Whether it carries a token.
        described: What openapi.yaml says of it; None where it is not in the document.
        attempts: Attempts so far; the repetition after a 401 is part of its attempt.
        challenges: The ``WWW-Authenticate`` of each refused token.
        token: What it was sent with last.
    """

    operation: str
    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: Body = field(repr=False)
    max_size: int | None = None
    secured: bool = True
    described: Operation[Any] | None = field(default=None, repr=False)
    attempts: int = 0
    challenges: list[str] = field(factory=list[str], repr=False)
    token: AccessToken | None = field(default=None, repr=False)

    def message(self, *, awaited: bool) -> Message:
        """The request of one attempt."""
        headers = dict(self.headers)
        length = self.body.length
        if length is not None:
            headers["Content-Length"] = str(length)
        return Message(
            method=self.method,
            url=self.url,
            headers=headers,
            options=self.body.options(awaited=awaited),
            max_size=self.max_size,
        )

    def refused(self, outcome: Outcome, token: AccessToken) -> bool:
        """Note the token, and a 401, if it is one."""
        self.token = token
        if not isinstance(outcome, Response) or outcome.status_code != 401:
            return False
        self.challenges.append(token.redact(outcome.headers.get("www-authenticate", "")))
        return True

    @property
    def may_renew(self) -> bool:
        """Whether the call may be repeated with a new token (TP-5: once)."""
        return len(self.challenges) < 2 and self.body.replayable

    def attempt(self, outcome: Outcome, *, wall: float) -> Attempt:
        """Describe the last attempt for the retry policy."""
        if isinstance(outcome, Failure):
            return self._attempt(unsent=outcome.unsent, final=outcome.final)
        return self._attempt(
            status=outcome.status_code, retry_after=retry_after(outcome.headers, wall=wall)
        )

    def _attempt(self, **ending: Any) -> Attempt:  # noqa: ANN401  # attrs checks them
        return Attempt(
            self.attempts,
            self.method,
            idempotency_key=any(name.lower() == "idempotency-key" for name in self.headers),
            replayable=self.body.replayable,
            **ending,
        )

    def succeeded(self, outcome: Outcome) -> bool:
        """Whether the answer is what the caller asked for."""
        if isinstance(outcome, Failure):
            return False
        if self.described is not None:
            return outcome.status_code in self.described.success
        return outcome.status_code < 300 or outcome.status_code == 304

    def error(
        self, outcome: Outcome | None, *, deadline: float | None, wall: float
    ) -> PersiumError:
        """The error that the call ends with."""
        if outcome is None:
            words = f"{self.operation}: the deadline of {deadline:g} s is spent"
            return DeadlineExceeded(words, deadline=deadline, attempts=self.attempts)
        if isinstance(outcome, Failure):
            kind = ApiTimeoutError if outcome.timed_out else ApiConnectionError
            return kind(
                f"{self.operation}: {printable(outcome.reason)}",
                attempts=self.attempts,
                hint=_TOO_LONG if outcome.too_long else outcome.hint or self._stream_hint(),
                docs_url=f"{TROUBLESHOOTING}#api-connection",
            )
        return self._status_error(outcome, wall=wall)

    def _status_error(self, response: Response, *, wall: float) -> ApiStatusError:
        status = response.status_code
        challenges = tuple(self.challenges) if status == 401 else ()
        return STATUS_ERRORS.get(status, ApiStatusError)(
            f"{self.operation}: HTTP {status}{_quoted(challenges)}",
            operation=self.operation,
            status=status,
            body=self._error_body(response),
            headers=response.headers,
            text=response.text[:2_000],
            retry_after=retry_after(response.headers, wall=wall),
            challenges=challenges,
            request_id=response.request_id,
            attempts=self.attempts,
            hint=self._hint(status),
            docs_url=f"{TROUBLESHOOTING}#{'api-401' if status == 401 else 'api-status'}",
        )

    def _hint(self, status: int) -> str | None:
        if status == 401 and self.challenges:
            return _CONSUMED if not self.body.replayable else _TWICE_REFUSED
        if 300 <= status < 400:
            return _REDIRECT
        return self._stream_hint() if status in TRANSIENT else None

    def _stream_hint(self) -> str | None:
        if self.body.replayable:
            return None
        return "the body is a stream, which is never sent twice: give bytes or a seekable file"

    def _error_body(self, response: Response) -> object:
        described = self.described
        if described is not None and response.status_code in described.documented:
            try:
                body = described.parse(client=_LENIENT, response=response)
            except _UNREADABLE:
                body = None
            if body is not None:
                return body
        try:
            return response.json()
        except ValueError:
            return None


def decode(
    operation: Operation[T], response: Response, *, attempts: int, token: AccessToken | None = None
) -> T:
    """Read a success as the type that openapi.yaml gives it.

    An error quotes the answer, but for the *token* in it.

    Raises:
        ResponseDecodeError: It is something else; the error names the member.
    """
    try:
        result = operation.parse(client=_LENIENT, response=response)
        problem = mismatch(result, operation.returns)
    except _UNREADABLE as error:
        problem = _unreadable(operation, response, error)
    else:
        if problem is None:
            return cast("T", result)
    masked = token.redact if token else str
    raise ResponseDecodeError(
        f"{operation.operation_id}: the answer is not what openapi.yaml says: "
        f"{printable(masked(problem))}",
        operation=operation.operation_id,
        status=response.status_code,
        text=masked(response.text)[:2_000],
        request_id=response.request_id,
        attempts=attempts,
        docs_url=f"{TROUBLESHOOTING}#response-decode",
    )


def _unreadable(operation: Operation[Any], response: Response, error: Exception) -> str:
    """Why the generator could not read an answer: no JSON, or which member is wrong."""
    try:
        body = response.json()
    except ValueError as reason:
        return f"no JSON: {reason}"
    if misplaced := misfit(body, operation.returns):
        return misplaced
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return f"{type(error).__name__}: {error}"


def _quoted(challenges: tuple[str, ...]) -> str:
    said = [printable(challenge) or "no challenge" for challenge in challenges]
    return f" ({'; then '.join(said)})" if said else ""
