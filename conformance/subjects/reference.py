"""A client of the Persium API in one file: the standard library, threads, and nothing else.

It keeps every rule of the token policy (TP-1 to TP-10). Take it as it is, or as the pattern for a
client in another language; ``persium`` does more: retries, deadlines, async, types.
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
"""Seconds that a token must still have to be sent (TP-2)."""
log: Final = logging.getLogger("persium.reference")


class CallError(Exception):
    """A call failed; neither the message nor its cause holds a secret."""

    def __init__(self, message: str, *, stage: str, status: int | None = None) -> None:
        super().__init__(message)
        self.stage, self.status = stage, status


Answer = tuple[int, str, bytes]  # status, challenge, body


def send(method: str, url: str, headers: dict[str, str], body: str | None = None) -> Answer:
    """Send one request; redirects are not followed, so credentials stay with their origin."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(kind(parts.netloc, timeout=30)) as connection:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        return response.status, response.getheader("WWW-Authenticate", ""), response.read()


@dataclass(frozen=True)
class Token:
    """An access token; opaque (TP-10), and hidden where it is shown."""

    value: str = field(repr=False)
    expires_at: float

    def usable(self) -> bool:
        """Whether it may be sent (TP-2)."""
        return self.expires_at - time.monotonic() >= MARGIN


@dataclass(eq=False)
class Flight:
    """A token request under way, for all who wait for it (TP-4)."""

    done: threading.Event = field(default_factory=threading.Event)
    token: Token | None = None
    error: CallError = field(
        default_factory=lambda: CallError("the token request was broken off", stage="token")
    )


class TokenSource:
    """The one token of a set of credentials."""

    def __init__(self, token_url: str, client_id: str, client_secret: str) -> None:
        self._url, self._id, self._secret = token_url, client_id, client_secret
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._flight: Flight | None = None
        self._warned = False

    def get(self) -> Token:
        """Return a token that may be sent, asking for one if need be."""
        with self._lock:
            if self._token is not None and self._token.usable():
                return self._token
            flight, leads = self._flight or Flight(), self._flight is None
            self._flight = flight
        if leads:
            self._lead(flight)
        flight.done.wait()
        if flight.token is None:
            raise CallError(str(flight.error), stage="token", status=flight.error.status)
        return flight.token

    def forget(self, token: Token) -> None:
        """Drop *token*, unless a newer one has taken its place (TP-5)."""
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
                self._keep(flight.token)
            flight.done.set()

    def _keep(self, token: Token | None) -> None:
        """Keep *token* if it had 30 s when it arrived; else it serves those who waited (TP-3)."""
        self._token = token if token is not None and token.usable() else None
        if token is not None and self._token is None and not self._warned:
            self._warned = True
            log.warning("tokens live for less than 30 s: every call costs a token")

    def _fetch(self) -> Token:
        form = {"grant_type": "client_credentials", "client_id": self._id}
        body = urlencode({**form, "client_secret": self._secret})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = time.monotonic()
        try:
            return self._read(send("POST", self._url, headers, body), sent)
        except (OSError, http.client.HTTPException) as error:
            words = f"no answer from the token endpoint: {type(error).__name__}"
            raise CallError(words, stage="token") from None

    def _read(self, answer: Answer, sent: float) -> Token:
        status, _, body = answer
        if status != 200:
            raise CallError(f"token endpoint answered {status}", stage="token", status=status)
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            found = json.loads(body)
            token, life = found["access_token"], float(found["expires_in"])
            if isinstance(token, str) and found["token_type"].lower() == "bearer":
                return Token(token, sent + life)
        raise CallError("the token endpoint's answer has no token", stage="token", status=200)


_sources: dict[tuple[str, str, str], TokenSource] = {}
_sources_lock = threading.Lock()


def source_for(token_url: str, client_id: str, client_secret: str) -> TokenSource:
    """Return the process's one source for these credentials (TP-1)."""
    key = (token_url, client_id, client_secret)
    with _sources_lock:
        return _sources.setdefault(key, TokenSource(*key))


class Client:
    """Calls the API with the settings of the environment; make as many as you like."""

    def __init__(self) -> None:
        self._base = os.environ["API_BASE_URL"].rstrip("/")
        settings = ("TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET")
        self._tokens = source_for(*(os.environ[name] for name in settings))

    def get(self, path: str) -> dict[str, Any]:
        """Call *path*; a token that is refused is renewed once (TP-5, TP-6).

        Raises:
            CallError: With what failed, and how.
        """
        token = self._tokens.get()
        answer = first = self._send(path, token)
        if answer[0] == 401:
            self._tokens.forget(token)
            answer = self._send(path, token := self._tokens.get())
        if answer[0] == 401:
            self._tokens.forget(token)
            words = f"the API refused two tokens: {first[1]}; then {answer[1]}"
            raise CallError(words, stage="api", status=401)
        return self._read(answer)

    def _send(self, path: str, token: Token) -> Answer:
        try:
            headers = {"Authorization": f"Bearer {token.value}"}
            status, challenge, body = send("GET", self._base + path, headers)
            return status, challenge.replace(token.value, "***"), body
        except (OSError, http.client.HTTPException) as error:
            words = f"no answer from the API: {type(error).__name__}"
            raise CallError(words, stage="api") from None

    def _read(self, answer: Answer) -> dict[str, Any]:
        status, _, body = answer
        with suppress(ValueError, TypeError):
            if status == 200:
                return dict(json.loads(body))
        raise CallError(f"the API answered {status} and no object", stage="api", status=status)


if __name__ == "__main__":
    from lines import serve  # beside this file: the protocol, which is no part of the client

    logging.basicConfig(level=logging.DEBUG)
    serve(Client, lambda client: client.get("/me"))
