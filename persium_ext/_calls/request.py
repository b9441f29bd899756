"""The options of a client, and the calls that it makes of operations; no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from attrs import evolve, field, frozen
from persium_api.facade import Operation
from persium_api.types import Unset

from persium_ext._http.messages import merge_headers
from persium_ext._retry.policy import RetryPolicy
from persium_ext.errors import SettingsError

from .body import Body
from .call import Call

MAX_RESPONSE_SIZE: Final = 100 * 1024**2
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A method or the name of a header field (RFC 9110, section 5.6.2)."""
_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_RESERVED: Final = {"authorization", "host", "content-length", "transfer-encoding"}


@frozen(kw_only=True)
class Options:
    """What ``with_options`` may change, and the base URL.

    Attributes:
        base_url: Where the API is, without a slash at its end.
        timeout: Seconds that one network operation may last; None: no limit.
        deadline: Seconds for a whole call: token, attempts, waits and body; None: no limit.
        retry: When a request is sent again.
        headers: Sent with every call.
        max_response_size: Bytes that the body of a response may have, before and after
            decompression; None: no limit.
    """

    base_url: str
    timeout: float | None
    deadline: float | None
    retry: RetryPolicy
    headers: Mapping[str, str] = field(repr=False)
    max_response_size: int | None = MAX_RESPONSE_SIZE

    def __attrs_post_init__(self) -> None:
        problems = [
            f"{name} has to be a number of seconds above 0, or None"
            for name in ("timeout", "deadline")
            if not _is_limit(getattr(self, name))
        ]
        if not _is_size(self.max_response_size):
            problems.append("max_response_size has to be a number of bytes above 0, or None")
        problems += _header_problems(self.headers)
        if problems:
            raise SettingsError(*problems)


def changed(options: Options, **changes: Any) -> Options:  # noqa: ANN401  # Options checks them
    """Return *options* with those *changes* that are not UNSET; headers are added.

    Raises:
        SettingsError: Names every option that is wrong.
    """
    given = {name: value for name, value in changes.items() if not isinstance(value, Unset)}
    if "headers" in given:
        given["headers"] = merge_headers(options.headers, given["headers"])
    return evolve(options, **given)


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

    The query of *path* precedes the ``params`` of *request*.

    Raises:
        ValueError: *path* leads elsewhere or has a query that is not UTF-8, *method* is not valid,
            or a header can't be sent.
    """
    if path.startswith(f"{options.base_url}/"):
        path = path.removeprefix(options.base_url)
    if not path.startswith("/"):
        raise ValueError(
            f"path has to start with / (or with {options.base_url}/): "
            "the token is sent nowhere else"
        )
    if not _TOKEN.fullmatch(method):
        raise ValueError(f"{method!r} is not a valid HTTP method")
    if not path.isprintable():
        raise ValueError("path has control characters in it")
    given = {name: value for name, value in request.items() if value is not None}
    name = f"{method.upper()} {path}"
    if (params := given.pop("params", None)) and "?" in path:
        path, _, query = path.partition("#")[0].partition("?")
        params = [*_parsed(query), *_pairs(params)]  # httpx would drop the query of the path
    if params:
        given["params"] = params
    return _build(options, method.upper(), path, given, operation=name)


def _parsed(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("path has a query that is not UTF-8: add params to it yourself") from None


def _pairs(params: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # a mapping, or pairs
    """Yield name and value of each of *params*, as httpx reads them: a list has several values."""
    items = getattr(params, "multi_items", getattr(params, "items", lambda: params))
    for name, value in items():
        several = cast("list[Any]", value) if isinstance(value, list | tuple) else [value]
        yield from ((name, one) for one in several)


def _build(
    options: Options,
    method: str,
    path: str,
    rest: dict[str, Any],
    **facts: Any,  # noqa: ANN401  # attrs checks them
) -> Call:
    given: Mapping[str, str] = rest.pop("headers", None) or {}
    if problems := _header_problems(given):
        raise ValueError("; ".join(problems))
    return Call(
        method=method,
        url=options.base_url + path,
        headers=merge_headers({"Accept": "application/json"}, options.headers, given),
        body=Body(rest),
        max_size=options.max_response_size,
        **facts,
    )


def _header_problems(headers: Mapping[str, str]) -> list[str]:
    """Return what is wrong with those of *headers* that can't be sent."""
    problems: list[str] = []
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            problems.append(f"headers: {name!r} is not a valid header name")
        elif name.lower() in _RESERVED:
            problems.append(f"headers: {name} is set by the client itself")
        elif not _VALUE.fullmatch(value):
            problems.append(f"headers: the value of {name} has characters that are not allowed")
    return problems


def _is_limit(seconds: object) -> bool:
    if seconds is None:
        return True
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0


def _is_size(size: object) -> bool:
    return size is None or (isinstance(size, int) and not isinstance(size, bool) and size > 0)
