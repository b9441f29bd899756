"""A client of the Persium API in one file, with threads and the standard library only.

It complies with the token policy (TP-1 to TP-10). Copy it, or use it as the pattern for a client in
another language; ``persium`` adds retries, deadlines, async and types.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

MARGIN: Final = 30.0
"""Seconds that a token must remain valid to be sent (TP-2)."""
log: Final = logging.getLogger("persium.reference")


class CallError(Exception):
    """A call failed; neither the message nor its cause contains a secret."""

    def __init__(self, message: str, *, stage: str, status: int | None = None) -> None:
        super().__init__(message)
        self.stage, self.status = stage, status


Response = tuple[int, str, bytes]  # status, challenge, body


def send(method: str, url: str, headers: dict[str, str], body: str | None = None) -> Response:
    """Send one request; redirects are not followed, because they could lead to another origin."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(kind(parts.netloc, timeout=30)) as connection:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        return response.status, response.getheader("WWW-Authenticate", ""), response.read()


@dataclass(frozen=True)
class Token:
    """An access token: opaque (TP-10), and not part of its own ``repr`` (TP-9)."""

    value: str = field(repr=False)
    expires_at: float

    def is_fresh(self) -> bool:
        """Whether the token may be sent (TP-2)."""
        return self.expires_at - time.monotonic() >= MARGIN


@dataclass(eq=False)
class Flight:
    """A token request in flight, with its result for all waiting callers (TP-4)."""

    done: threading.Event = field(default_factory=threading.Event)
    token: Token | None = None
    error: CallError = field(
        default_factory=lambda: CallError("the token request was interrupted", stage="token")
    )


class TokenSource:
    """Requests and caches the token of one set of credentials."""

    def __init__(self, token_url: str, client_id: str, client_secret: str) -> None:
        self._url, self._id, self._secret = token_url, client_id, client_secret
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._flight: Flight | None = None
        self._warned = False

    def get(self) -> Token:
        """Return the cached token, or wait for a new one."""
        with self._lock:
            if self._token is not None and self._token.is_fresh():
                return self._token
            flight, leads = self._flight or Flight(), self._flight is None
            self._flight = flight
        if leads:
            self._lead(flight)
        flight.done.wait()
        if flight.token is None:
            raise CallError(str(flight.error), stage="token", status=flight.error.status)
        return flight.token

    def invalidate(self, token: Token) -> None:
        """Drop *token* from the cache, unless a newer one is cached (TP-5)."""
        with self._lock:
            if self._token is token:
                self._token = None

    def _lead(self, flight: Flight) -> None:
        try:
            flight.token = self._fetch()
        except CallError as error:
            flight.error = error
        finally:
            with self._lock:
                self._flight = None
                self._store(flight.token)
            flight.done.set()

    def _store(self, token: Token | None) -> None:
        """Cache *token* if 30 s remain; else only the waiting callers use it (TP-3)."""
        self._token = token if token is not None and token.is_fresh() else None
        if token is not None and self._token is None and not self._warned:
            self._warned = True
            log.warning("tokens are valid for less than 30 s: every call requests a token")

    def _fetch(self) -> Token:
        form = {"grant_type": "client_credentials", "client_id": self._id}
        body = urlencode({**form, "client_secret": self._secret})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = time.monotonic()
        try:
            return self._read(send("POST", self._url, headers, body), sent)
        except (OSError, http.client.HTTPException) as error:
            message = f"no response from the token endpoint: {type(error).__name__}"
            raise CallError(message, stage="token") from None

    def _read(self, response: Response, sent: float) -> Token:
        status, _, body = response
        if status != 200:
            raise CallError(f"token endpoint: HTTP {status}", stage="token", status=status)
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            members = json.loads(body)
            token, lifetime = members["access_token"], float(members["expires_in"])
            if isinstance(token, str) and members["token_type"].lower() == "bearer":
                return Token(token, sent + lifetime)
        raise CallError("token endpoint: no token in the response", stage="token", status=200)


_sources: dict[tuple[str, str, str], TokenSource] = {}
_sources_lock = threading.Lock()


def source_for(token_url: str, client_id: str, client_secret: str) -> TokenSource:
    """Return the source for these credentials, one for each process (TP-1)."""
    key = (token_url, client_id, client_secret)
    with _sources_lock:
        return _sources.setdefault(key, TokenSource(*key))


class Client:
    """Calls the API with the settings of the environment; client objects are cheap."""

    def __init__(self) -> None:
        self._base = os.environ["API_BASE_URL"].rstrip("/")
        settings = ("TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET")
        self._tokens = source_for(*(os.environ[name] for name in settings))

    def get(self, path: str) -> dict[str, Any]:
        """Call *path*; repeat the call once with a new token after a 401 (TP-5, TP-6).

        Raises:
            CallError: With the endpoint that failed, and the reason.
        """
        token = self._tokens.get()
        response = first = self._send(path, token)
        if response[0] == 401:
            self._tokens.invalidate(token)
            response = self._send(path, token := self._tokens.get())
        if response[0] == 401:
            self._tokens.invalidate(token)
            message = f"the API rejected two tokens: {first[1]}; then {response[1]}"
            raise CallError(message, stage="api", status=401)
        return self._read(response)

    def _send(self, path: str, token: Token) -> Response:
        try:
            headers = {"Authorization": f"Bearer {token.value}"}
            status, challenge, body = send("GET", self._base + path, headers)
            return status, challenge.replace(token.value, "***"), body
        except (OSError, http.client.HTTPException) as error:
            message = f"no response from the API: {type(error).__name__}"
            raise CallError(message, stage="api") from None

    def _read(self, response: Response) -> dict[str, Any]:
        status, _, body = response
        with suppress(ValueError, TypeError):
            if status == 200:
                return dict(json.loads(body))
        raise CallError(f"API: HTTP {status} without an object", stage="api", status=status)


if __name__ == "__main__":
    from lines import serve  # the protocol, which is not part of the client

    logging.basicConfig(level=logging.DEBUG)
    serve(Client, lambda client: client.get("/me"))
