"""Events: what the page shows of a request. They hold neither the secret nor a token."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from persium_ext.sandbox.keycloak import credentials_of
from persium_ext.sandbox.messages import JsonObject, as_object
from persium_ext.sandbox.observer import Observation

_RETRIED_WITHIN: Final = 60.0
"""Seconds after a failure in which an equal request is taken for its retry."""
_IN_URL: Final = ("access_token=", "client_secret=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A request and its response.

    Attributes:
        endpoint: ``"token"`` or ``"api"``.
        operation: Its operationId, or ``"GET /path"``.
        method: The method of the request.
        received: Seconds since the dashboard started.
        responded: The same.
        status: The status of the response.
        delivered: Whether the response was sent as it is, and not lost or slowed down by a fault.
        fault: The kind of that fault, or of the one that changed the response.
        client: The client_id that was sent, or that the token was issued to; "" if unknown.
        secret: Equal for equal secrets; "" for a call.
        token: The number of the token that was issued or sent, counted from 1; None: no token.
        life: Seconds that an issued token is valid for.
        retry_after: Seconds of ``Retry-After``, if it has seconds.
        call: Equal for calls that ask for the same.
        is_retry: Whether an equal call or token request failed shortly before.
        secret_in_url: Whether the query has a secret or a token.
    """

    endpoint: str
    operation: str
    method: str
    received: float
    responded: float
    status: int
    delivered: bool = True
    fault: str | None = None
    client: str = ""
    secret: str = ""
    token: int | None = None
    life: float | None = None
    retry_after: float | None = None
    call: str = ""
    is_retry: bool = False
    secret_in_url: bool = False

    @property
    def is_token_request(self) -> bool:
        """Whether it asked for a token."""
        return self.endpoint == "token"

    @property
    def failed(self) -> bool:
        """Whether the client got an error, or no response."""
        return self.status >= 400 or not self.delivered


@dataclass
class Reader:
    """Makes events of observations; it knows tokens and secrets by keyed hashes only."""

    started: float
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _tokens: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    _failed: dict[str, float] = field(default_factory=dict[str, float])

    def event(self, seen: Observation) -> Event:
        """Return what the page shows of *seen*."""
        client, secret, token, life = "", "", None, None
        if seen.endpoint == "token":
            client, given = credentials_of(seen.request)
            secret = self._hash(f"{client}:{given}")
            token, life = self._issued(seen, client)
        else:
            scheme, _, sent = str(seen.request.headers.get("Authorization", "")).partition(" ")
            if scheme.lower() == "bearer":
                token, client = self._tokens.get(self._hash(sent), (None, ""))
        retry_after = next(
            (v for n, v in seen.sent.headers.items() if n.lower() == "retry-after"), ""
        )
        asked = f"{seen.request.method} {seen.request.path}?{seen.request.query} {secret}"
        event = Event(
            endpoint=seen.endpoint,
            operation=seen.operation,
            method=seen.request.method,
            received=seen.received - self.started,
            responded=seen.responded - self.started,
            status=seen.sent.status,
            delivered=seen.sent.fault is None,
            fault=seen.fault,
            client=client,
            secret=secret,
            token=token,
            life=life,
            retry_after=float(retry_after) if retry_after.isdecimal() else None,
            call=self._hash(asked),
            secret_in_url=any(name in seen.request.query for name in _IN_URL),
        )
        return replace(event, is_retry=self._is_retry(event))

    def _is_retry(self, event: Event) -> bool:
        failed = self._failed.pop(event.call, -_RETRIED_WITHIN)
        if event.failed:
            self._failed[event.call] = event.responded
        return event.received - failed < _RETRIED_WITHIN

    def _issued(self, seen: Observation, client: str) -> tuple[int | None, float | None]:
        issued, sent = _members(seen.chosen.body), _members(seen.sent.body)
        token = issued.get("access_token")
        if not isinstance(token, str):
            return None, None
        number = len(self._tokens) + 1
        self._tokens[self._hash(token)] = number, client
        life = sent.get("expires_in")
        if isinstance(life, bool) or not isinstance(life, int | float):
            return number, None
        return number, float(life)

    def _hash(self, text: str) -> str:
        return hmac.new(self._key, text.encode(errors="replace"), hashlib.sha256).hexdigest()[:16]


def _members(body: bytes) -> JsonObject:
    try:
        return as_object(json.loads(body))
    except ValueError:
        return {}
