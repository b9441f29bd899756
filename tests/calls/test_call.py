"""The error that a call ends with, and what it keeps of the response."""

from __future__ import annotations

import json
from typing import Any

import pytest
from persium_api.facade import Operation

from persium_ext import ApiConnectionError, ApiStatusError, ResponseDecodeError
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.decode import decode
from persium_ext._calls.outcome import error_of
from persium_ext._http.messages import Headers, Response, TransportError, UndecodableResponse
from tests.support.values import UNDOCUMENTED_STATUS


def parse(*, client: Any, response: Any) -> object:
    """Read an error's body as the generator would: a member of it."""
    assert not client.raise_on_unexpected_status
    return response.json()["title"]


CALL = Call(operation="getMe", method="GET", url="", headers={}, body=Body({}), attempts=3)


def call_of(operation: Operation[object], *, attempts: int = 1) -> Call:
    """A call of *operation* after *attempts* attempts."""
    return Call(
        operation=operation.operation_id,
        method=operation.method,
        url=f"https://api.example{operation.path}",
        headers={},
        body=Body({"json": json.dumps({})}),
        described=operation,
        attempts=attempts,
    )


@pytest.mark.parametrize(
    ("status", "content", "body"),
    [
        pytest.param(409, b'{"title": "taken"}', "taken", id="as documented"),
        pytest.param(409, b'{"other": 1}', {"other": 1}, id="other JSON than documented"),
        pytest.param(409, b"<html>", None, id="not JSON"),
        pytest.param(418, b'{"title": "teapot"}', {"title": "teapot"}, id="not documented"),
    ],
)
def test_body_of_an_error(status: int, content: bytes, body: object) -> None:
    """It is the documented model, else the JSON of the response, else None."""
    operation: Operation[object] = Operation(
        operation_id="takeName",
        tag="Names",
        method="POST",
        path="/names",
        secured=True,
        success=frozenset({200}),
        documented=frozenset({200, 409}),
        returns=object,
        parse=parse,
    )
    response = Response(status_code=status, content=content)

    error = error_of(call_of(operation), response, deadline=60, wall=0.0)

    assert isinstance(error, ApiStatusError)
    assert (error.body, error.text) == (body, content.decode())


def test_success_that_the_parser_refuses() -> None:
    """Where no member can be named, the error has the text of the parser."""

    def stumble(*, client: Any, response: Any) -> object:
        raise ValueError("'green' is not a valid Colour")

    operation: Operation[object] = Operation(
        operation_id="getName",
        tag="Names",
        method="GET",
        path="/names",
        secured=True,
        success=frozenset({200}),
        documented=frozenset({200}),
        returns=object,
        parse=stumble,
    )

    with pytest.raises(ResponseDecodeError, match="ValueError: 'green' is not") as caught:
        decode(operation, Response(status_code=200, content=b"{}"), call_of(operation, attempts=2))

    assert caught.value.attempts == 2


def test_error_of_an_undocumented_status() -> None:
    """It has the request's id and the attempts; a redirect has a hint."""
    fields = Headers([("X-Request-Id", "r-1")])
    errors = [
        error_of(CALL, Response(status_code=status, headers=fields), deadline=60, wall=0.0)
        for status in (201, 302)
    ]

    assert [type(error) for error in errors] == [ApiStatusError] * 2
    assert [(error.request_id, error.attempts) for error in errors] == [("r-1", 3)] * 2
    assert [bool(error.hint) for error in errors] == [False, True]


def test_error_of_a_body_that_is_not_decompressed() -> None:
    """A success is a ``ResponseDecodeError`` that knows the status; an error keeps its class."""
    fields = Headers([("X-Request-Id", "r-1")])
    errors = [
        error_of(
            CALL,
            UndecodableResponse(status_code=status, headers=fields, reason="coding 'br'"),
            deadline=60,
            wall=0.0,
        )
        for status in (200, UNDOCUMENTED_STATUS)
    ]

    assert [type(error) for error in errors] == [ResponseDecodeError, ApiStatusError]
    assert "HTTP 200, but coding 'br'" in str(errors[0])
    assert [vars(error)["status"] for error in errors] == [200, UNDOCUMENTED_STATUS]
    assert [(error.request_id, error.attempts) for error in errors] == [("r-1", 3)] * 2


def test_error_of_a_body_that_is_too_long() -> None:
    """The hint names the option that limits the size."""
    failure = TransportError(reason="too long", final=True, too_long=True)

    error = error_of(CALL, failure, deadline=60, wall=0.0)

    assert type(error) is ApiConnectionError
    assert "max_response_size" in str(error.hint)
