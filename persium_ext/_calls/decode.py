"""Decode a success as the type that openapi.yaml gives it; no I/O."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from persium_api.facade import Operation
from persium_api.facade.errors import ResponseDecodeError

from persium_ext._http.messages import Response
from persium_ext._text import printable
from persium_ext.errors import TROUBLESHOOTING

from .call import Call
from .outcome import LENIENT, PARSE_ERRORS
from .type_errors import json_type_error_in, type_error_in

T = TypeVar("T")


def decode(operation: Operation[T], response: Response, call: Call) -> T:
    """Decode the *response* of *call*.

    An error quotes the response, with the token masked.

    Raises:
        ResponseDecodeError: It is not what openapi.yaml describes; the error names the member.
    """
    try:
        result = operation.parse(client=LENIENT, response=response)
        problem = type_error_in(result, operation.returns)
    except PARSE_ERRORS as error:
        problem = _cause(operation, response, error)
    else:
        if problem is None:
            return cast("T", result)
    masked = call.token.redact if call.token else str
    raise ResponseDecodeError(
        f"{operation.operation_id}: the response is not what openapi.yaml describes: "
        f"{printable(masked(problem))}",
        operation=operation.operation_id,
        status=response.status_code,
        text=masked(response.text)[:2_000],
        request_id=response.request_id,
        attempts=call.attempts,
        docs_url=f"{TROUBLESHOOTING}#response-decode",
    )


def _cause(operation: Operation[Any], response: Response, error: Exception) -> str:
    """Return why the parser failed: the body is not JSON, or which member is wrong."""
    try:
        body = response.json()
    except ValueError as reason:
        return f"not JSON: {reason}"
    if problem := json_type_error_in(body, operation.returns):
        return problem
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return f"{type(error).__name__}: {error}"
