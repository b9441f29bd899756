"""How a call ends: what an error tells of the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from persium_api.facade import Operation

from persium_ext import ApiStatusError, ResponseDecodeError
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.decode import decode
from persium_ext._calls.outcome import error_of
from persium_ext._http.messages import Response


def parse(*, client: Any, response: Any) -> object:
    """Read an error's body as the generator would: a member of it."""
    assert not client.raise_on_unexpected_status
    return response.json()["title"]


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
    ("status", "answer", "body"),
    [
        pytest.param(409, b'{"title": "taken"}', "taken", id="as documented"),
        pytest.param(409, b'{"other": 1}', {"other": 1}, id="other JSON than documented"),
        pytest.param(409, b"<html>", None, id="no JSON"),
        pytest.param(418, b'{"title": "teapot"}', {"title": "teapot"}, id="not documented"),
    ],
)
def test_the_body_of_an_error(status: int, answer: bytes, body: object) -> None:
    """It is what the document says, else the JSON that came, else nothing."""
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
    response = Response(status_code=status, content=answer)

    error = error_of(call_of(operation), response, deadline=60, wall=0.0)

    assert isinstance(error, ApiStatusError)
    assert (error.body, error.text) == (body, answer.decode())


def test_an_answer_that_is_wrong_in_an_unknown_way() -> None:
    """Where no member can be named, the error says what the generator stumbled over."""

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
