"""Responses as values: what the pure functions make of bytes that no socket has carried."""

from __future__ import annotations

from persium_api.facade.identity import GET_ME
from persium_api.models import Me

from persium_ext._call import decode
from persium_ext._oauth import Refusal, read_answer
from persium_ext._secret import Secret
from persium_ext._token_cache import AccessToken, Moment
from persium_ext._wire import Headers, Response


def token_from(body: bytes, *, status: int = 200, **headers: str) -> AccessToken | Refusal:
    """Read a response of the token endpoint that took a second."""
    return read_answer(
        Response(status_code=status, headers=Headers(headers.items()), content=body),
        secret=Secret("s3cret"),
        sent=Moment(wall=1000.0, steady=0.0),
        received=Moment(wall=1001.0, steady=1.0),
        attempts=1,
    )


def refusal_from(body: bytes, *, status: int = 200, **headers: str) -> Refusal:
    """Read a response of the token endpoint that has no usable token."""
    result = token_from(body, status=status, **headers)
    assert isinstance(result, Refusal)
    return result


def me_from(body: bytes) -> Me:
    """Read a success of ``GET /me``."""
    return decode(GET_ME, Response(status_code=200, content=body), attempts=1)
