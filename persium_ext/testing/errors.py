"""Errors as a client raises them, without a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from persium_api.facade import Operation

from persium_ext._calls.call import Call
from persium_ext._calls.error_text import undecodable
from persium_ext._calls.errors import error_of
from persium_ext._calls.operations import operations
from persium_ext._http.messages import HeaderFields, Headers, Response, TransportError
from persium_ext.errors import (
    ApiConnectionError,
    ApiTimeoutError,
    DeadlineExceeded,
    PersiumError,
    ResponseDecodeError,
    SettingsError,
    TokenEndpointUnavailable,
    TokenRefused,
    TokenResponseInvalid,
)
from persium_ext.sandbox.messages import as_object

from .document import packaged


def error_example(kind: type[PersiumError]) -> PersiumError:
    """Return an error of this class, of the first operation that raises one.

    Raises:
        LookupError: None does.
    """
    if kind in _OTHERS:
        return _OTHERS[kind]()
    for error in _status_errors():
        if type(error) is kind:
            return error
    raise LookupError(f"no operation raises {kind.__name__} itself: choose a class below it")


def _status_errors() -> Iterator[PersiumError]:
    for operation in operations().values():
        for status in range(400, 600):
            example = packaged().of(operation.operation_id, operation.response(status))
            call = _call(operation)
            response = Response(
                status_code=status,
                headers=Headers(example.headers.items()),
                content=example.content,
            )
            if status == 401:
                call.record_unauthorized(response)
            yield error_of(call, response, deadline=None, wall=0.0)


def _call(operation: Operation[Any]) -> Call:
    return Call(
        operation=operation.operation_id,
        method=operation.method,
        url=packaged().base_url + operation.path,
        headers=HeaderFields(),
        described=operation,
        attempts=1,
    )


def _first_call() -> Call:
    return _call(next(iter(operations().values())))


def _without_response(error: TransportError | None) -> PersiumError:
    return error_of(_first_call(), error, deadline=60.0, wall=0.0)


def _refused() -> PersiumError:
    said = as_object(packaged().of(packaged().token_operation, "401").value)
    return TokenRefused(
        status=401,
        error=str(said["error"]),
        error_description=str(said["error_description"]),
    )


_OTHERS: Final[dict[type[PersiumError], Callable[[], PersiumError]]] = {
    SettingsError: lambda: SettingsError("CLIENT_ID is missing"),
    TokenRefused: _refused,
    TokenResponseInvalid: lambda: TokenResponseInvalid("expires_in is missing", status=200),
    TokenEndpointUnavailable: lambda: TokenEndpointUnavailable("HTTP 503", status=503),
    ApiConnectionError: lambda: _without_response(TransportError(reason="connection refused")),
    ApiTimeoutError: lambda: _without_response(TransportError(reason="timed out", timed_out=True)),
    DeadlineExceeded: lambda: _without_response(None),
    ResponseDecodeError: lambda: undecodable(
        _first_call(), Response(status_code=200), "the body is empty"
    ),
}
