"""Ways for a call to fail while the canaries are in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any, Final, NamedTuple

from persium_ext import RetryPolicy, errors
from tests.support.values import UNDOCUMENTED_STATUS
from tests.support.wire import Seen, Wire, http, me, token_answer

from .canaries import SECRET, TOKEN

Options = dict[str, Any]


class Failure(NamedTuple):
    """A failure and its error; *prepare* returns options of the client."""

    error: type[errors.PersiumError]
    prepare: Callable[[Wire], Options]


def _api(response: bytes, wire: Wire) -> Options:
    wire.api = response
    return {}


def _token(response: bytes, wire: Wire) -> Options:
    wire.token = response
    return {}


def _echo(status: bytes, wire: Wire) -> Options:
    """Echo the token in the status line, in header fields and in the body."""

    def echo(seen: Seen) -> bytes:
        headers = b"".join(line + b"\r\n" for line in seen.head.split(b"\r\n")[1:])
        headers = headers.replace(b"Authorization", b"X-Sent")
        quoted = b'Bearer realm="%b", X-Request-Id: %b' % (TOKEN.encode(), TOKEN.encode())
        body = json.dumps({"you sent": seen.head.decode(), "raw": TOKEN}).encode()
        return http(
            body + TOKEN.encode(),
            status=status + b" " + TOKEN.encode(),
            headers=headers + b"WWW-Authenticate: " + quoted + b"\r\nRetry-After: 90\r\n",
        )

    wire.api = echo
    return {}


def _echo_form(status: bytes, wire: Wire) -> Options:
    """Echo the token request, as a form and as JSON."""

    def echo(seen: Seen) -> bytes:
        said = {"error": SECRET, "error_description": f"{seen.body.decode()} {SECRET}"}
        return http(json.dumps(said).encode(), status=status, headers=b"X: " + seen.body + b"\r\n")

    wire.token = echo
    return {}


def _quote(status: bytes, wire: Wire) -> Options:
    """Quote the credential as .NET writes JSON, and as HTML."""

    def quoted(value: str) -> bytes:
        escaped = "".join(c if c.isalnum() else f"\\u{ord(c):04X}" for c in value)
        body = (
            f'{{"error": "no", "error_description": "{escaped}", "x": {json.dumps(escape(value))}}}'
        )
        return http(body.encode(), status=status)

    wire.token = quoted(SECRET) if status.startswith(b"40") else wire.token
    wire.api = quoted(TOKEN)
    return {}


def _late(place: str, wire: Wire) -> Options:
    setattr(wire, place, wire.silence)
    return {"deadline": 0.2}


def _timeout(wire: Wire) -> Options:
    return {**_late("api", wire), "deadline": 60, "timeout": 1.0, "retry": RetryPolicy(attempts=1)}


def _vault(_: Wire) -> Options:
    def read() -> str:
        raise KeyError("no such entry")

    return {"client_secret": read}


def _cut(response: bytes) -> bytes:
    return response.replace(b"Content-Length: ", b"Content-Length: 9")


def _elsewhere(wire: Wire) -> Options:
    return {"token_url": wire.settings["token_url"].replace("http:", "https:")}


FAILURES: Final[dict[str, Failure]] = {
    "a function of bytes": Failure(
        errors.SettingsError, lambda _: {"client_secret": SECRET.encode}
    ),
    "a function that raises": Failure(errors.SettingsError, _vault),
    "credentials refused, echoed in the head": Failure(
        errors.TokenRefused, partial(_echo_form, b"401 No")
    ),
    "credentials refused, quoted with escapes": Failure(
        errors.TokenRefused, partial(_quote, b"401 No")
    ),
    "HTTP 500, quoted with escapes": Failure(errors.STATUS_ERRORS[500], partial(_quote, b"500 No")),
    "no token": Failure(
        errors.TokenResponseInvalid,
        partial(_token, token_answer(json.dumps(TOKEN).encode(), kind=b'"MAC"')),
    ),
    "a token twice": Failure(
        errors.TokenResponseInvalid,
        partial(
            _token,
            token_answer(
                json.dumps(TOKEN).encode(), more=b', "access_token": ' + json.dumps(TOKEN).encode()
            ),
        ),
    ),
    "endpoint overloaded, echoed in the head": Failure(
        errors.TokenEndpointUnavailable, partial(_echo_form, b"503 No")
    ),
    "endpoint speaks no HTTP, echoed in the head": Failure(
        errors.TokenEndpointUnavailable,
        partial(_token, b"HTTP/1.1 " + SECRET.encode() + b"\r\n\r\n"),
    ),
    "endpoint does not speak TLS": Failure(errors.TokenEndpointUnavailable, _elsewhere),
    "endpoint too slow": Failure(errors.DeadlineExceeded, partial(_late, "token")),
    "API too slow": Failure(errors.DeadlineExceeded, partial(_late, "api")),
    "API silent": Failure(errors.ApiTimeoutError, _timeout),
    "API hangs up": Failure(errors.ApiConnectionError, partial(_api, b"")),
    "API breaks off": Failure(errors.ApiConnectionError, partial(_api, _cut(http(me())))),
    "API speaks no HTTP, echoed in the head": Failure(
        errors.ApiConnectionError, partial(_api, b"HTTP/1.1 " + TOKEN.encode() + b"\r\n\r\n")
    ),
    **{
        f"HTTP {status}, echoed in the head": Failure(error, partial(_echo, b"%d" % status))
        for status, error in errors.STATUS_ERRORS.items()
    },
    "undocumented status, echoed in the head": Failure(
        errors.ApiStatusError, partial(_echo, b"%d" % UNDOCUMENTED_STATUS)
    ),
    "API packs oddly, echoed in the head": Failure(
        errors.ResponseDecodeError,
        partial(_api, http(b"{}", headers=b"Content-Encoding: %b\r\n" % TOKEN.encode())),
    ),
    "endpoint packs oddly, echoed in the head": Failure(
        errors.TokenResponseInvalid,
        partial(_token, http(b"{}", headers=b"Content-Encoding: %b\r\n" % SECRET.encode())),
    ),
    "a server that failed, echoed in the head": Failure(errors.ServerError, partial(_echo, b"599")),
    "redirected, echoed in the head": Failure(errors.ApiStatusError, partial(_echo, b"307")),
    "a success, echoed in the head": Failure(errors.ResponseDecodeError, partial(_echo, b"200")),
    "a success with the token as id": Failure(
        errors.ResponseDecodeError,
        partial(
            _api,
            http(
                me(b"7").replace(
                    b'"8d2f1a3e-1234-4c1b-9999-abcdefabcdef"', json.dumps(TOKEN).encode()
                )
            ),
        ),
    ),
}
