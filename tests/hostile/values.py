"""Responses as values: what the pure functions make of bytes that no socket has carried."""

from __future__ import annotations

from persium_api.facade.identity import GET_ME
from persium_api.models import Me

from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.decode import decode
from persium_ext._http.messages import HeaderFields, Headers, Response
from persium_ext._runtime.clock import Instant
from persium_ext._text.secret import Secret
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.endpoint import read_response
from persium_ext._tokens.token_failure import TokenFailure


def token_from(body: bytes, *, status: int = 200, **headers: str) -> AccessToken | TokenFailure:
    """Read a response of the token endpoint that took a second."""
    return read_response(
        Response(status_code=status, headers=Headers(headers.items()), content=body),
        url="https://auth.example/token",
        secret=Secret("s3cret"),
        sent=Instant(wall=1000.0, steady=0.0),
        received=Instant(wall=1001.0, steady=1.0),
        attempts=1,
    )


def failure_from(body: bytes, *, status: int = 200, **headers: str) -> TokenFailure:
    """Read a response of the token endpoint that has no usable token."""
    result = token_from(body, status=status, **headers)
    assert isinstance(result, TokenFailure)
    return result


def me_from(body: bytes) -> Me:
    """Read a success of ``GET /me``."""
    call = Call(
        operation=GET_ME.operation_id,
        method="GET",
        url="",
        headers=HeaderFields(),
        body=Body({}),
        attempts=1,
    )
    return decode(GET_ME, Response(status_code=200, content=body), call)
