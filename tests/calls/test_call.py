"""The error that a call ends with, and what it keeps of the response."""

from __future__ import annotations

import json

import pytest
from persium_api.facade import Operation
from persium_api.facade import _schema as s
from persium_api.facade.errors import RANGE_ERRORS, STATUS_ERRORS, ServerError

from persium_ext import ApiConnectionError, ApiStatusError, ResponseDecodeError
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.errors import error_of
from persium_ext._http.messages import (
    HeaderFields,
    Headers,
    Response,
    TransportError,
    UndecodableResponse,
)
from tests.support.schemas import operation
from tests.support.values import UNDOCUMENTED_STATUS

CALL = Call(
    operation="getMe", method="GET", url="", headers=HeaderFields(), body=Body({}), attempts=3
)


def call_of(operation: Operation[object], *, attempts: int = 1) -> Call:
    """A call of *operation* after *attempts* attempts."""
    return Call(
        operation=operation.operation_id,
        method=operation.method,
        url=f"https://api.example{operation.path}",
        headers=HeaderFields(),
        body=Body({"json": json.dumps({})}),
        described=operation,
        attempts=attempts,
    )


PROBLEM = s.Content("application/problem+json", s.TEXT)


@pytest.mark.parametrize(
    ("status", "content", "body"),
    [
        pytest.param(409, b'"taken"', "taken", id="as documented"),
        pytest.param(409, b'{"other": 1}', {"other": 1}, id="other JSON than documented"),
        pytest.param(409, b"<html>", None, id="not JSON"),
        pytest.param(410, b'{"a": 1}', {"a": 1}, id="documented without a body"),
        pytest.param(418, b'{"a": 1}', {"a": 1}, id="not documented"),
    ],
)
def test_body_of_an_error(status: int, content: bytes, body: object) -> None:
    """It is the documented model, else the JSON of the response, else None."""
    described = operation(responses={"409": PROBLEM, "410": None})
    received = Response(status_code=status, content=content)

    error = error_of(call_of(described), received, deadline=60, wall=0.0)

    assert isinstance(error, ApiStatusError)
    assert (error.body, error.text) == (body, content.decode())


@pytest.mark.parametrize(
    ("documented", "kind"),
    [
        pytest.param("4XX", "range", id="a range"),
        pytest.param("default", "default", id="every other status"),
        pytest.param("500", None, id="another status"),
    ],
)
def test_class_of_an_error(
    monkeypatch: pytest.MonkeyPatch, documented: str, kind: str | None
) -> None:
    """A status without a class of its own has that of the operation's range or default."""
    classes = {key: type(key, (ApiStatusError,), {}) for key in ("range", "default")}
    monkeypatch.setitem(RANGE_ERRORS, "4XX", classes["range"])
    monkeypatch.setitem(RANGE_ERRORS, "default", classes["default"])
    call = call_of(operation(responses={documented: PROBLEM}))
    received = Response(status_code=UNDOCUMENTED_STATUS)

    error = error_of(call, received, deadline=60, wall=0.0)

    assert type(error) is classes.get(str(kind), ApiStatusError)


@pytest.mark.parametrize("status", sorted(STATUS_ERRORS))
def test_class_of_a_status(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """A status has one class for all operations, whatever range one of them documents."""
    monkeypatch.setitem(RANGE_ERRORS, "default", type("default", (ApiStatusError,), {}))
    call = call_of(operation(responses={"default": PROBLEM}))

    error = error_of(call, Response(status_code=status), deadline=60, wall=0.0)

    assert type(error) is STATUS_ERRORS[status]


def test_class_of_a_failed_server() -> None:
    """Any other 5xx is a ``ServerError``."""
    error = error_of(CALL, Response(status_code=599), deadline=60, wall=0.0)

    assert type(error) is ServerError


def test_error_of_an_undocumented_status() -> None:
    """It has the request's id and the attempts; a redirect has a hint."""
    fields = Headers([("X-Request-Id", "r-1")])
    errors = [
        error_of(CALL, Response(status_code=status, headers=fields), deadline=60, wall=0.0)
        for status in (UNDOCUMENTED_STATUS, 302)
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
    assert ", request id r-1, but coding 'br'" in str(errors[0])
    assert [vars(error)["status"] for error in errors] == [200, UNDOCUMENTED_STATUS]
    assert [(error.request_id, error.attempts) for error in errors] == [("r-1", 3)] * 2


def test_error_of_a_body_that_is_too_long() -> None:
    """The hint names the option that limits the size."""
    failure = TransportError(reason="too long", final=True, too_long=True)

    error = error_of(CALL, failure, deadline=60, wall=0.0)

    assert type(error) is ApiConnectionError
    assert "max_response_size" in str(error.hint)
