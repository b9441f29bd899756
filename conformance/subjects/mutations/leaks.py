"""TP-9: leaks of secret and token."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import reference
from reference import CallError, Client, Token, TokenSource

from .mutation import breaks, replaces

TOKEN_ERRORS = (
    "nothing-in-the-error-of-a-refused-secret",
    "nothing-in-the-error-of-a-broken-token-request",
    "nothing-in-the-error-of-half-an-answer",
    "an-echoed-secret-is-not-shown",
)
CALL_ERRORS = (
    "nothing-in-the-error-of-a-refused-token",
    "nothing-in-the-error-of-a-broken-call",
    "an-echoed-token-is-not-shown",
)
TOKEN_REDIRECTS = ("token-redirect-to-another-port", "token-redirect-to-another-host")
API_REDIRECTS = ("api-redirect-to-another-port", "api-redirect-to-another-host")


@breaks("TP-9", "nothing-in-output", *CALL_ERRORS, *API_REDIRECTS, wide=True)
def token_in_the_log() -> None:
    """A debug log contains the header fields of the request."""

    @replaces(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Response:
        reference.log.debug("GET %s, Authorization: Bearer %s", path, token.value)
        return original(self, path, token)


@breaks("TP-9", "nothing-in-output", *TOKEN_ERRORS, *CALL_ERRORS, *TOKEN_REDIRECTS, *API_REDIRECTS)
def secret_in_the_log() -> None:
    """A debug log contains the form, encoded as it is sent."""

    @replaces(reference, "send")
    def send(original: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
        if body:
            reference.log.debug("POST %s", body)
        return original(method, url, headers, body)


@breaks("TP-9", "nothing-in-urls")
def token_in_the_url() -> None:
    """The token is also sent in the query."""
    replaces(Client, "_send")(
        lambda send, self, path, token: send(self, f"{path}?access_token={token.value}", token)
    )


@breaks("TP-9", "nothing-in-files", *CALL_ERRORS)
def token_in_a_file() -> None:
    """The token is cached in a file."""

    @replaces(TokenSource, "_store")
    def keep(original: Any, self: TokenSource, token: Token | None) -> None:
        if token is not None:
            folder = Path.home() / ".cache"
            folder.mkdir(exist_ok=True)
            (folder / "token").write_text(token.value)
        original(self, token)


@breaks("TP-9", "nothing-in-arguments")
def secret_in_arguments() -> None:
    """A process is started with the secret on its command line."""

    @replaces(reference, "send")
    def send(original: Any, *args: Any) -> Any:
        nap = ("-c", "import sys; sys.stdin.read()", os.environ["CLIENT_SECRET"])
        command = [sys.executable, "-I", "-S", *nap]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as helper:  # noqa: S603  # see above
            response = original(*args)
            helper.communicate()
        return response


@breaks("TP-9", "secret-stays-away-from-the-api", *API_REDIRECTS)
def secret_goes_to_the_api() -> None:
    """Requests to the API also contain the secret."""

    @replaces(reference, "send")
    def send(original: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
        more = {"X-Client": os.environ["CLIENT_SECRET"]} if method == "GET" else {}
        return original(method, url, {**headers, **more}, body)


def _follow(which: str) -> None:
    """Follow redirects of requests with the method *which*, with all header fields and the body."""

    class Connection(reference.http.client.HTTPConnection):
        def getresponse(self) -> Any:
            response = super().getresponse()
            location = response.getheader("Location")
            if location and _sent[-1][0] == which:
                response.read()
                parts = urlsplit(location)
                again = reference.http.client.HTTPConnection(parts.netloc, timeout=5)
                method, _, body, headers = _sent[-1]
                again.request(method, parts.path, body, headers)
                return again.getresponse()
            return response

        def request(self, *args: Any) -> None:  # type: ignore[override]
            _sent.append(args)
            super().request(*args)

    _sent: list[Any] = []
    reference.http.client.HTTPConnection, Connection.__name__ = Connection, "HTTPConnection"


@breaks("TP-9", *TOKEN_REDIRECTS)
def follows_redirects_with_the_secret() -> None:
    """A 307 or 308 from the token endpoint is followed, with the form."""
    _follow("POST")


@breaks("TP-9", *API_REDIRECTS)
def follows_redirects_with_the_token() -> None:
    """A redirect of the API is followed, with the header field Authorization."""
    _follow("GET")


@breaks("TP-9", *TOKEN_ERRORS, *TOKEN_REDIRECTS)
def secret_in_the_error() -> None:
    """The error of a failed token request contains the settings."""

    @replaces(TokenSource, "_fetch")
    def fetch(original: Any, self: TokenSource) -> Token:
        try:
            return original(self)
        except CallError as error:
            raise CallError(f"{error}: {self.__dict__}", stage="token") from None


@breaks("TP-9", *CALL_ERRORS, *API_REDIRECTS)
def token_in_the_error() -> None:
    """The error of a failed call contains the token."""

    @replaces(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        token = self._tokens.get()
        try:
            return original(self, path)
        except CallError as error:
            message = f"{error}, with {token.value.encode().hex()}"
            raise CallError(message, stage="api", status=error.status) from None


@breaks("TP-9", "nothing-in-the-error-of-half-an-answer", "an-echoed-secret-is-not-shown")
def response_in_the_error() -> None:
    """The error of a failed token request quotes the response."""

    @replaces(TokenSource, "_read")
    def read(original: Any, self: TokenSource, response: reference.Response, sent: float) -> Token:
        try:
            return original(self, response, sent)
        except CallError as error:
            raise CallError(f"{error}: {response[2]!r}", stage="token") from None
