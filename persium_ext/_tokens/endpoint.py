"""The token request, and what its response means (RFC 6749, sections 4.4 and 5); no I/O."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from persium_ext._http.content import DuplicateMemberError, read_json_object
from persium_ext._http.messages import (
    HeaderFields,
    Request,
    Response,
    TransportError,
    UndecodableResponse,
)
from persium_ext._http.server_text import not_json
from persium_ext._runtime.clock import Instant
from persium_ext._text.secret import Secret

from .access_token import AccessToken
from .token_failure import TokenExchange, TokenFailure, invalid, no_response, read_error

MAX_BYTES: Final = 1_048_576
"""Of a response; one with a token has a few thousand."""
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_LONGEST: Final = 65_536
"""Characters of a token; more than common servers accept in a header field (8 to 32 KiB)."""
_TOO_LONG: Final = "ask Persium for fewer claims in the token"
_TOO_SHORT: Final = "repeat the call; if it lasts, ask Persium for tokens that are valid for longer"
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
    url: str,
    secret: Secret,
    sent: Instant,
    received: Instant,
    attempts: int,
) -> AccessToken | TokenFailure:
    """Interpret the result of a token request to *url*."""
    if isinstance(response, TransportError):
        return no_response(response, url=url, secret=secret, attempts=attempts)
    exchange = TokenExchange(
        url=url,
        secret=secret,
        response=response,
        sent=sent,
        received=received,
        attempts=attempts,
    )
    if response.status_code == 200 and not isinstance(response, UndecodableResponse):
        return _read_success(exchange)
    return read_error(exchange)


def _read_success(exchange: TokenExchange) -> AccessToken | TokenFailure:
    try:
        members = read_json_object(exchange.response.content)
    except ValueError as error:
        found = not_json(exchange.response, secret=exchange.secret, error=error)
        reason = f"the body is not a JSON object: {found}"
        again = not isinstance(error, DuplicateMemberError)  # that response cost a token
        return invalid(exchange, reason, retriable=again)
    token, kind = members.get("access_token"), members.get("token_type")
    life, scope = members.get("expires_in"), members.get("scope")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return invalid(exchange, "access_token is missing or malformed")
    if len(token) > _LONGEST:
        reason = f"access_token has {len(token)} characters, more than {_LONGEST}"
        return invalid(exchange, reason, hint=_TOO_LONG)
    if not isinstance(kind, str) or kind.lower() != "bearer":
        return invalid(exchange, "token_type is not Bearer")
    if isinstance(life, bool) or not isinstance(life, int | float):
        return invalid(exchange, "expires_in is missing or not a number")
    arrived = AccessToken(
        value=Secret(token),
        token_type=kind,
        scope=scope if isinstance(scope, str) else None,
        expires_in=life,
        sent=exchange.sent,
        received=exchange.received,
    )
    if arrived.expired_on_arrival:
        reason = f"the token was valid for {life:g} s, and had expired when it arrived"
        return invalid(exchange, reason, hint=_TOO_SHORT, retriable=True)
    return arrived
