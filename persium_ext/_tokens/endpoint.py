"""The token request, and what its response means (RFC 6749, sections 4.4 and 5); no I/O."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from typing import Final
from urllib.parse import urlencode

from attrs import frozen

from persium_ext._http.json import DuplicateMemberError, read_json_object
from persium_ext._http.messages import (
    HeaderFields,
    Request,
    Response,
    TransportError,
    UndecodableResponse,
)
from persium_ext._retry.policy import Attempt
from persium_ext._retry.retry_after import parse_retry_after
from persium_ext._runtime.clock import Instant
from persium_ext._secret import Secret
from persium_ext._text import printable
from persium_ext.errors import (
    SettingsError,
    TokenEndpointUnavailable,
    TokenError,
    TokenRefused,
    TokenResponseInvalid,
)

from .access_token import AccessToken

MAX_BYTES: Final = 1_048_576
"""Of a response; one with a token has a few thousand."""
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_LONGEST: Final = 65_536
"""Characters of a token; more than common servers accept in a header field (8 to 32 KiB)."""
SIMILAR: Final = 1.25
"""Times longer that a caller may be willing to wait, and is expected to see the same time-out."""
_FINAL: Final = {400, 401}
"""Statuses after which no further request is sent (TP-7), whatever the body says."""
_TEMPORARY: Final = {"temporarily_unavailable", "server_error"}
_HINTS: Final = {
    "unauthorized_client": "CLIENT_SECRET is wrong or was rotated: take the current one",
    "invalid_client": "CLIENT_ID is unknown or disabled: check it, letter by letter",
    "invalid_scope": "this client may not ask for that scope: leave the scope out",
    "invalid_request": "TOKEN_URL may not be the token endpoint: use it exactly as given",
}
_DESCRIBED: Final = {
    "service account": (
        "this client may not use client credentials: ask Persium to switch its service account on"
    ),
    "client_assertion": (
        "this client may not use a secret: ask Persium to switch its authentication to one"
    ),
    "https required": (
        "TOKEN_URL has to begin with https://; if it does, a proxy before the endpoint does not "
        "report that the request came over https (X-Forwarded-Proto)"
    ),
}
"""Hints by words of Keycloak's description, which is more specific than the error code."""
_WHITE_SPACE: Final = "CLIENT_SECRET begins or ends with white space: remove it"
_WRONG_URL: Final = "TOKEN_URL seems wrong: use it exactly as Persium gave it"


@frozen(kw_only=True)
class TokenFailure:
    """A token request that led to no token.

    Attributes:
        error: What the caller gets unless another attempt is made; a SettingsError if the secret
            could not be read.
        retriable: Whether another attempt may help.
        status: The HTTP status; None without a response.
        retry_after: Seconds that the server asked to wait.
        timed_out: There was no response within the time-out.
        route: The connections that it happened on; None: the endpoint itself answered.
        patience: Seconds that the endpoint had to answer; infinite if that did not matter.
    """

    error: TokenError | SettingsError
    retriable: bool = False
    status: int | None = None
    retry_after: float | None = None
    timed_out: bool = False
    route: Hashable | None = None
    patience: float = math.inf

    def concerns(self, route: Hashable, patience: float) -> bool:
        """Return whether a caller on *route*, who would wait *patience* seconds, would fail too."""
        return self.route in {None, route} and patience <= SIMILAR * self.patience

    def attempt(self, number: int) -> Attempt:
        """Describe the attempt for the retry policy."""
        return Attempt(
            number,
            "POST",
            status=self.status,
            retry_after=self.retry_after,
            retriable=self.retriable,
        )


_HEADERS: Final = HeaderFields(
    {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
)


def token_request(
    *, token_url: str, client_id: str, client_secret: Secret, scope: str | None
) -> Request:
    """Build the form POST (RFC 6749, section 4.4.2) with the credentials in its body."""
    form = {"grant_type": "client_credentials", "client_id": client_id}
    if scope is not None:
        form["scope"] = scope
    return Request(
        method="POST",
        url=token_url,
        headers=_HEADERS,
        options={"content": urlencode({**form, "client_secret": client_secret.reveal()}).encode()},
        max_size=MAX_BYTES,
        confidential=True,
    )


def read_response(
    response: Response | TransportError,
    *,
    secret: Secret,
    sent: Instant,
    received: Instant,
    attempts: int,
) -> AccessToken | TokenFailure:
    """Interpret the result of a token request."""
    if isinstance(response, TransportError):
        reason = printable(secret.redact(response.reason))
        hint = _WRONG_URL if response.too_long else response.hint
        error = TokenEndpointUnavailable(reason, hint=hint, attempts=attempts)
        return TokenFailure(error=error, retriable=not response.final, timed_out=response.timed_out)
    if response.status_code == 200 and not isinstance(response, UndecodableResponse):
        return _read_success(response, sent=sent, received=received, attempts=attempts)
    return _read_error(response, secret=secret, received=received, attempts=attempts)


def _read_success(
    response: Response, *, sent: Instant, received: Instant, attempts: int
) -> AccessToken | TokenFailure:
    try:
        members = read_json_object(response.content)
    except ValueError as error:
        reason = f"the body is not a JSON object: {error}"
        again = not isinstance(error, DuplicateMemberError)  # that response cost a token
        return _invalid(reason, response, attempts=attempts, retriable=again)
    token, kind = members.get("access_token"), members.get("token_type")
    life, scope = members.get("expires_in"), members.get("scope")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return _invalid("access_token is missing or malformed", response, attempts=attempts)
    if len(token) > _LONGEST:
        reason = f"access_token has {len(token)} characters, more than {_LONGEST}"
        return _invalid(reason, response, attempts=attempts)
    if not isinstance(kind, str) or kind.lower() != "bearer":
        return _invalid("token_type is not Bearer", response, attempts=attempts)
    if isinstance(life, bool) or not isinstance(life, int | float):
        return _invalid("expires_in is missing or not a number", response, attempts=attempts)
    arrived = AccessToken(
        value=Secret(token),
        token_type=kind,
        scope=scope if isinstance(scope, str) else None,
        expires_in=life,
        sent=sent,
        received=received,
    )
    if arrived.expired_on_arrival:
        reason = "the token had expired when it arrived"
        return _invalid(reason, response, attempts=attempts, retriable=True)
    return arrived


def _read_error(
    response: Response, *, secret: Secret, received: Instant, attempts: int
) -> TokenFailure:
    status = response.status_code
    code, description = _oauth_error(response)
    temporary = code in _TEMPORARY and status not in _FINAL
    if status in {408, 429} or status >= 500 or temporary:
        wait = parse_retry_after(response.headers, wall=received.wall)
        unavailable = TokenEndpointUnavailable(
            f"HTTP {status}", status=status, retry_after=wait, attempts=attempts
        )
        return TokenFailure(error=unavailable, retriable=True, status=status, retry_after=wait)
    if code is not None and status >= 400:
        refused = TokenRefused(
            status=status,
            error=printable(secret.redact(code)),
            error_description=printable(secret.redact(description)) if description else None,
            hint=_likely_cause(status, code, description or "", secret=secret),
            attempts=attempts,
        )
        return TokenFailure(error=refused, status=status)
    if 300 <= status < 400:
        reason = "a redirect, which is not followed with credentials"
        return _invalid(reason, response, attempts=attempts, hint=_WRONG_URL)
    again = status not in _FINAL
    if isinstance(response, UndecodableResponse):
        reason = printable(secret.redact(response.reason))
        return _invalid(reason, response, attempts=attempts, retriable=again)
    reason = "the body is not an OAuth error"
    return _invalid(reason, response, attempts=attempts, hint=_WRONG_URL, retriable=again)


def _oauth_error(response: Response) -> tuple[str | None, str | None]:
    try:
        members = read_json_object(response.content)
    except ValueError:
        return None, None
    code, description = members.get("error"), members.get("error_description")
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
) -> TokenFailure:
    status = response.status_code
    error = TokenResponseInvalid(reason, status=status, hint=hint, attempts=attempts)
    return TokenFailure(error=error, retriable=retriable, status=status)


def _likely_cause(status: int, code: str, description: str, *, secret: Secret) -> str | None:
    if status in {404, 405, 406, 415}:
        return _WRONG_URL
    if code == "unauthorized_client" and secret.reveal() != secret.reveal().strip():
        return _WHITE_SPACE
    described = (hint for words, hint in _DESCRIBED.items() if words in description.lower())
    return next(described, _HINTS.get(code))
