"""The token request and what its answer means (RFC 6749, sections 4.4 and 5); no I/O."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from attrs import frozen

from ._retry import retry_after
from ._secret import Secret
from ._token_cache import AccessToken, Moment
from ._wire import AmbiguousError, Failure, Message, Outcome, Response, members, printable
from .errors import (
    TokenEndpointUnavailable,
    TokenError,
    TokenRefused,
    TokenResponseInvalid,
)

MOST_BYTES: Final = 1_048_576
"""Of an answer; with a token in it, it has a few thousand."""
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_LONGEST: Final = 65_536
"""Characters of a token; more than any common server takes in a header (8 to 32 KiB)."""
_FINAL: Final = {400, 401}
"""Statuses that nobody asks again after (TP-7), whatever the body says."""
_TRY_AGAIN: Final = {"temporarily_unavailable", "server_error"}
_HINTS: Final = {
    "unauthorized_client": "CLIENT_SECRET is wrong or was rotated: take the current one",
    "invalid_client": "CLIENT_ID is unknown or disabled: check it, letter by letter",
    "invalid_scope": "this client may not ask for that scope: leave the scope out",
    "invalid_request": "TOKEN_URL may not be the token endpoint: use it exactly as given",
}
_NO_SERVICE_ACCOUNT: Final = (
    "this client may not use client credentials: ask Persium to switch its service account on"
)
_WRONG_ADDRESS: Final = "TOKEN_URL seems wrong: use it exactly as Persium gave it"


@frozen(kw_only=True)
class Refusal:
    """No token came of it.

    Attributes:
        error: What the caller gets if nobody tries again.
        retriable: Whether another attempt may help.
        throttled: Whether the server asked to go slower.
        retry_after: Seconds that the server asked to wait.
    """

    error: TokenError
    retriable: bool = False
    throttled: bool = False
    retry_after: float | None = None


def token_request(
    *, token_url: str, client_id: str, client_secret: Secret, scope: str | None
) -> Message:
    """Build the form POST (RFC 6749, section 4.4.2) with the credentials in its body."""
    form = {"grant_type": "client_credentials", "client_id": client_id}
    if scope is not None:
        form["scope"] = scope
    return Message(
        method="POST",
        url=token_url,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        options={"content": urlencode({**form, "client_secret": client_secret.reveal()}).encode()},
        max_size=MOST_BYTES,
        confidential=True,
    )


def read_answer(
    outcome: Outcome, *, secret: Secret, sent: Moment, received: Moment, attempts: int
) -> AccessToken | Refusal:
    """Say what the token endpoint's answer means."""
    if isinstance(outcome, Failure):
        reason = printable(secret.redact(outcome.reason))
        hint = _WRONG_ADDRESS if outcome.too_long else outcome.hint
        error = TokenEndpointUnavailable(reason, hint=hint, attempts=attempts)
        return Refusal(error=error, retriable=not outcome.final)
    if outcome.status_code == 200:
        return _read_success(outcome, sent=sent, received=received, attempts=attempts)
    return _read_error(outcome, secret=secret, received=received, attempts=attempts)


def _read_success(
    response: Response, *, sent: Moment, received: Moment, attempts: int
) -> AccessToken | Refusal:
    try:
        answer = members(response)
    except ValueError as error:
        reason = f"the body is no JSON object: {error}"
        again = not isinstance(error, AmbiguousError)  # that one has cost a token
        return _invalid(reason, response, attempts=attempts, retriable=again)
    token, kind = answer.get("access_token"), answer.get("token_type")
    life, scope = answer.get("expires_in"), answer.get("scope")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return _invalid("access_token is missing or malformed", response, attempts=attempts)
    if len(token) > _LONGEST:
        reason = f"access_token has {len(token)} characters, more than {_LONGEST}"
        return _invalid(reason, response, attempts=attempts)
    if not isinstance(kind, str) or kind.lower() != "bearer":
        return _invalid("token_type is not Bearer", response, attempts=attempts)
    if isinstance(life, bool) or not isinstance(life, int | float):
        return _invalid("expires_in is missing or no number", response, attempts=attempts)
    arrived = AccessToken(
        value=Secret(token),
        token_type=kind,
        scope=scope if isinstance(scope, str) else None,
        expires_in=life,
        sent=sent,
        received=received,
    )
    if arrived.stillborn:
        reason = "the token had expired when it arrived"
        return _invalid(reason, response, attempts=attempts, retriable=True)
    return arrived


def _read_error(response: Response, *, secret: Secret, received: Moment, attempts: int) -> Refusal:
    status = response.status_code
    code, description = _oauth_error(response)
    passing = code in _TRY_AGAIN and status not in _FINAL
    if status in {408, 429} or status >= 500 or passing:
        wait = retry_after(response.headers, wall=received.wall)
        unavailable = TokenEndpointUnavailable(
            f"HTTP {status}", status=status, retry_after=wait, attempts=attempts
        )
        return Refusal(error=unavailable, retriable=True, throttled=status == 429, retry_after=wait)
    if code is not None and status >= 400:
        refused = TokenRefused(
            status=status,
            error=printable(secret.redact(code)),
            error_description=printable(secret.redact(description)) if description else None,
            hint=_likely_cause(status, code, description or ""),
            attempts=attempts,
        )
        return Refusal(error=refused)
    if 300 <= status < 400:
        reason = "a redirect, which is not followed with credentials"
        return _invalid(reason, response, attempts=attempts, hint=_WRONG_ADDRESS)
    return _invalid(
        "the body is no OAuth error",
        response,
        attempts=attempts,
        hint=_WRONG_ADDRESS,
        retriable=status not in _FINAL,
    )


def _oauth_error(response: Response) -> tuple[str | None, str | None]:
    try:
        answer = members(response)
    except ValueError:
        return None, None
    code, description = answer.get("error"), answer.get("error_description")
    if not isinstance(code, str):
        return None, None
    return code, description if isinstance(description, str) else None


def _invalid(
    reason: str,
    response: Response,
    *,
    attempts: int,
    hint: str | None = None,
    retriable: bool = False,
) -> Refusal:
    error = TokenResponseInvalid(reason, status=response.status_code, hint=hint, attempts=attempts)
    return Refusal(error=error, retriable=retriable)


def _likely_cause(status: int, code: str, description: str) -> str | None:
    if status in {404, 405, 406, 415}:
        return _WRONG_ADDRESS
    if "service account" in description.lower():
        return _NO_SERVICE_ACCOUNT
    return _HINTS.get(code)
