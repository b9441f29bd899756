"""Token requests without a token: what each result means, and whom it concerns; no I/O."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Final, NamedTuple, TypedDict

from persium_ext._http.content import read_json_object
from persium_ext._http.messages import Response, TransportError, UndecodableResponse
from persium_ext._http.server_text import page_advice, quoted, redirect_text, server_text
from persium_ext._retry.policy import Attempt
from persium_ext._retry.retry_after import parse_retry_after
from persium_ext._runtime.clock import Instant
from persium_ext._text.printable import facts, printable, shown_url, status_line
from persium_ext._text.secret import Secret
from persium_ext.errors import (
    TROUBLESHOOTING,
    SettingsError,
    TokenEndpointUnavailable,
    TokenError,
    TokenRefused,
    TokenResponseInvalid,
)

from .hints import WRONG_URL, likely_cause, overload_hint

SIMILAR: Final = 1.25
"""Times longer that a caller may be willing to wait, and is expected to see the same time-out."""
_FINAL: Final = {400, 401}
"""Statuses after which no further request is sent (TP-7), whatever the body says."""
_TEMPORARY: Final = {"temporarily_unavailable", "server_error"}


class TokenFailure(NamedTuple):
    """A token request that led to no token.

    Attributes:
        error: What the caller gets unless another attempt is made; a SettingsError if the secret
            could not be read.
        retriable: Whether another attempt may help.
        status: The HTTP status; None without a response.
        reason: What failed, without secrets; None: the status says it.
        retry_after: Seconds that the server asked to wait.
        timed_out: There was no response within the time-out.
        local: It is the caller's own: it had no memory or stack left.
        route: The connections that it happened on; None: the endpoint itself answered.
        patience: Seconds that the endpoint had to answer; infinite if that did not matter.
    """

    error: TokenError | SettingsError
    retriable: bool = False
    status: int | None = None
    reason: str | None = None
    retry_after: float | None = None
    timed_out: bool = False
    local: bool = False
    route: Hashable | None = None
    patience: float = math.inf

    def concerns(self, route: Hashable, patience: float) -> bool:
        """Return whether a caller on *route*, who would wait *patience* seconds, would fail too."""
        same_route = self.route in {None, route} and not self.local
        return same_route and patience <= SIMILAR * self.patience

    def attempt(self, number: int) -> Attempt:
        """Describe the attempt for the retry policy."""
        return Attempt(
            number,
            "POST",
            status=self.status,
            reason=self.reason,
            retry_after=self.retry_after,
            retriable=self.retriable,
        )


class TokenExchange(NamedTuple):
    """A token request and its response.

    Attributes:
        url: Where it was sent.
        secret: What it carried.
        response: The response.
        sent: When the request was sent.
        received: When the response arrived.
        attempts: Requests so far, with this one.
    """

    url: str
    secret: Secret
    response: Response
    sent: Instant
    received: Instant
    attempts: int

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def said(self) -> str:
        """What the server says about it."""
        return server_text(self.response, self.secret)

    @property
    def facts(self) -> Facts:
        """What every error has of it."""
        request_id = self.response.request_id
        return {
            "attempts": self.attempts,
            "url": shown_url(self.url),
            "request_id": request_id and quoted(request_id, self.secret),
        }


class Facts(TypedDict):
    """Arguments of every error of the token endpoint."""

    attempts: int
    url: str
    request_id: str | None


def no_response(
    failure: TransportError, *, url: str, secret: Secret, attempts: int
) -> TokenFailure:
    """Describe a token request to *url* without a response."""
    known = facts(attempts)
    reason = printable(secret.redact(failure.reason), limit=600)
    error = TokenEndpointUnavailable(
        f"{reason}{f' ({known})' if known else ''}",
        hint=WRONG_URL if failure.too_long else failure.hint_for("TOKEN_URL"),
        attempts=attempts,
        url=shown_url(url),
    )
    if failure.topic is not None:
        error.docs_url = f"{TROUBLESHOOTING}#{failure.topic}"
    return TokenFailure(
        error=error,
        retriable=not failure.final,
        reason=reason,
        timed_out=failure.timed_out,
        local=failure.local,
    )


def read_error(exchange: TokenExchange) -> TokenFailure:
    """Interpret a response that is not a success."""
    status, response = exchange.status, exchange.response
    code, description = _oauth_error(response)
    temporary = code in _TEMPORARY and status not in _FINAL
    if status in {408, 429} or status >= 500 or temporary:
        return _unavailable(exchange)
    if code is not None and status >= 400:
        return _refused(exchange, code, description)
    if 300 <= status < 400:
        return invalid(exchange, redirect_text(response, exchange.secret))
    again, said = status not in _FINAL, exchange.said
    if isinstance(response, UndecodableResponse):
        return invalid(exchange, said, hint=None, retriable=again)
    reason = f"the body is not an OAuth error{f': {said}' if said else ''}"
    return invalid(exchange, reason, retriable=again)


def _unavailable(exchange: TokenExchange) -> TokenFailure:
    status, known, said = exchange.status, exchange.facts, exchange.said
    wait = parse_retry_after(exchange.response.headers, wall=exchange.received.wall)
    place = f"HTTP {status_line(status)} from POST {known['url']}"
    place = ", ".join(filter(None, (place, facts(exchange.attempts, known["request_id"]))))
    error = TokenEndpointUnavailable(
        f"{place}{f': {said}' if said else ''}",
        status=status,
        retry_after=wait,
        hint=page_advice(exchange.response, "TOKEN_URL") or overload_hint(status, retry_after=wait),
        **known,
    )
    return TokenFailure(error=error, retriable=True, status=status, retry_after=wait)


def _refused(exchange: TokenExchange, code: str, description: str | None) -> TokenFailure:
    secret = exchange.secret
    error = TokenRefused(
        status=exchange.status,
        error=quoted(code, secret),
        error_description=quoted(description, secret) if description else None,
        hint=likely_cause(exchange.status, code, description or "", secret=secret),
        **exchange.facts,
    )
    return TokenFailure(error=error, status=exchange.status)


def _oauth_error(response: Response) -> tuple[str | None, str | None]:
    try:
        members = read_json_object(response.content)
    except ValueError:
        return None, None
    code, description = members.get("error"), members.get("error_description")
    if not isinstance(code, str):
        return None, None
    return code, description if isinstance(description, str) else None


def invalid(
    exchange: TokenExchange, reason: str, *, hint: str | None = WRONG_URL, retriable: bool = False
) -> TokenFailure:
    """Describe a response that is neither a token nor an OAuth error, for a *reason*."""
    status, page = exchange.status, page_advice(exchange.response, "TOKEN_URL")
    error = TokenResponseInvalid(reason, status=status, hint=page or hint, **exchange.facts)
    return TokenFailure(error=error, retriable=retriable, status=status, reason=reason)
