"""From an operation, or a method and path, to a ``Call``; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from persium_api.facade import Operation

from persium_ext._http.messages import merge_headers

from .body import Body
from .call import Call
from .options import TOKEN_CHARACTERS, Options, header_problems


def operation_call(options: Options, operation: Operation[Any], request: Mapping[str, Any]) -> Call:
    """Build the call of *operation*; *request* is what the generated code made of its arguments."""
    rest = dict(request)
    rest.pop("method")
    return _build(
        options,
        operation.method,
        rest.pop("url"),
        rest,
        operation=operation.operation_id,
        secured=operation.secured,
        described=operation,
    )


def raw_call(options: Options, method: str, path: str, request: Mapping[str, Any]) -> Call:
    """Build a call that openapi.yaml may not describe; None in *request* is an absent option.

    Raises:
        ValueError: *path* leads elsewhere, *method* is not valid, or a header can't be sent.
    """
    if path.startswith(f"{options.base_url}/"):
        path = path.removeprefix(options.base_url)
    if not path.startswith("/"):
        raise ValueError(
            f"path has to start with / (or with {options.base_url}/): "
            "the token is sent nowhere else"
        )
    if not TOKEN_CHARACTERS.fullmatch(method):
        raise ValueError(f"{method!r} is not a valid HTTP method")
    if not path.isprintable():
        raise ValueError("path has control characters in it")
    given = {name: value for name, value in request.items() if value is not None}
    name = f"{method.upper()} {path}"
    return _build(options, method.upper(), path, given, operation=name)


def _build(
    options: Options,
    method: str,
    path: str,
    rest: dict[str, Any],
    **facts: Any,  # noqa: ANN401  # attrs checks them
) -> Call:
    given: Mapping[str, str] = rest.pop("headers", None) or {}
    if problems := header_problems(given):
        raise ValueError("; ".join(problems))
    return Call(
        method=method,
        url=options.base_url + path,
        headers=merge_headers({"Accept": "application/json"}, options.headers, given),
        body=Body(rest),
        max_size=options.max_response_size,
        **facts,
    )
