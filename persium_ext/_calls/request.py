"""The calls that a client makes, of operations and of other requests; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from persium_api.facade import Operation

from persium_ext._http.messages import HeaderFields, merge_headers

from .body import NO_BODY, Body
from .call import Call
from .encode import encode
from .options import TOKEN, Options, header_problems

MAX_URL_LENGTH: Final = 65_536
"""Characters; httpx refuses a longer URL, and few servers accept one of 8,000."""
_JSON: Final = "application/json"
_IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_SAFE: Final = {"GET", "HEAD", "OPTIONS", "TRACE"}
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


def operation_call(
    options: Options, operation: Operation[Any], arguments: Mapping[str, Any]
) -> Call:
    """Build the call of *operation* with these *arguments*.

    Raises:
        ValueError: Names the argument that cannot be sent.
    """
    target, rest = encode(operation, arguments)
    return _build(
        options,
        operation.method,
        target,
        rest,
        accept=operation.accept,
        new_key=_takes_key(operation) and options.idempotency_key is None,
        operation=operation.operation_id,
        secured=operation.secured,
        described=operation,
    )


def _takes_key(operation: Operation[Any]) -> bool:
    """Return whether the document says that a key makes a repetition harmless."""
    return operation.method not in _SAFE and any(
        each.place == "header" and each.name.lower() == _IDEMPOTENCY_KEY.lower()
        for each in operation.parameters
    )


def raw_call(options: Options, method: str, path: str, request: Mapping[str, Any]) -> Call:
    """Build a call that openapi.yaml may not describe; None in *request* is an absent option.

    The query of *path* precedes the ``params`` of *request*.

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
    if not TOKEN.fullmatch(method):
        raise ValueError(f"{method!r} is not a valid HTTP method")
    if not path.isprintable():
        raise ValueError("path has control characters in it")
    given = {name: value for name, value in request.items() if value is not None}
    name = f"{method.upper()} {path.partition('?')[0]}"  # a query may be confidential
    return _build(options, method.upper(), path, given, operation=name)


def _build(
    options: Options,
    method: str,
    path: str,
    rest: dict[str, Any],
    *,
    accept: str = _JSON,
    new_key: bool = False,
    **facts: Any,  # noqa: ANN401  # attrs checks them
) -> Call:
    given: Mapping[str, str] = rest.pop("headers", None) or {}
    if problems := header_problems(given):
        raise ValueError("; ".join(problems))
    url = options.base_url + path
    if len(url) > MAX_URL_LENGTH:
        raise ValueError(f"path is too long: the URL would have {len(url):,} characters")
    headers = _common_headers(options, method, accept)
    if given or new_key:
        key = {_IDEMPOTENCY_KEY: str(uuid4())} if new_key else {}
        headers = merge_headers(key, headers, given)
    return Call(
        method=method,
        url=url,
        headers=headers,
        body=Body(rest) if rest else NO_BODY,
        max_size=options.max_response_size,
        **facts,
    )


def _common_headers(options: Options, method: str, accept: str) -> HeaderFields:
    """Return the header fields that calls with *method* have in common, made by the first one."""
    kind = (method in _SAFE, accept)
    headers = options.common_headers.get(kind)
    if headers is None:
        key = None if method in _SAFE else options.idempotency_key
        headers = options.common_headers[kind] = merge_headers(
            {"Accept": _JSON},
            {_IDEMPOTENCY_KEY: key} if key else {},
            options.headers,
            {} if accept == _JSON else {"Accept": accept},
        )
    return headers
