"""Results of operations with the responses that they were read from."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from persium_ext import ResponseDecodeError, Typed, UnauthorizedError
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency, Session, get_me
from tests.support.wire import ME, Wire, http, in_turn


def get_typed(persium: Any) -> Any:
    """Call the operation that every document has, with its response."""
    return persium.with_response.identity.get_me()


def test_value_and_response(concurrency: Concurrency, wire: Wire) -> None:
    """Status, header fields, request id and number of attempts stand beside the value."""
    headers = b"X-Request-Id: r-1\r\nX-RateLimit-Remaining: 7\r\n"
    wire.api = in_turn(
        http(status=b"503 Busy", headers=b"Retry-After: 0\r\n"), http(ME, headers=headers)
    )
    session = concurrency.session(**wire.settings)

    found = session.do(get_typed)

    assert found.value == session.do(get_me)
    assert found.status_code == 200
    assert found.headers["X-RateLimit-Remaining"] == found.headers["x-ratelimit-remaining"] == "7"
    assert found.request_id == "r-1"
    assert found.attempts == 2
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  # of this process
    assert "ratelimit" not in repr(found).lower()


def test_same_rules(session: Session, sandbox: Sandbox) -> None:
    """The 401 rule and the errors are those of the operation without its response."""
    sandbox.answer("getMe", status=401, times=1)
    assert session.do(get_typed).value.client_id
    assert sandbox.token_requests == 2

    sandbox.answer("getMe", status=401, times=2)
    with pytest.raises(UnauthorizedError):
        session.do(get_typed)

    sandbox.answer("getMe", body=b"[]", times=1)
    with pytest.raises(ResponseDecodeError):
        session.do(get_typed)


def test_options_hold(concurrency: Concurrency, wire: Wire) -> None:
    """Options of a client hold for its operations with responses; without options they don't."""
    session = concurrency.session(**wire.settings)
    assert isinstance(session.do(get_typed), Typed)

    session.do(get_typed, session.client.with_options(headers={"X-Team": "billing"}))

    without, billing = (seen.head for seen in wire.api_requests)
    assert b"x-team: billing" in billing.lower()
    assert b"x-team" not in without.lower()
