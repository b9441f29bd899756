"""The options of a client, and the calls that it makes of operations; no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from attrs import evolve, field, frozen
from persium_api.facade import Operation
from persium_api.types import Unset

from persium_ext._http.messages import merge_headers
from persium_ext._retry.policy import MAX_SECONDS, RetryPolicy
from persium_ext.errors import SettingsError

from .body import Body
from .call import Call
from .encode import encode

MAX_RESPONSE_SIZE: Final = 100 * 1024**2
MAX_URL_LENGTH: Final = 65_536
"""Characters; httpx refuses a longer URL, and few servers accept one of 8,000."""
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A method or the name of a header field (RFC 9110, section 5.6.2)."""
_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_KEY: Final = re.compile(r"[\x21-\x7e]+")
_IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_SAFE: Final = {"GET", "HEAD", "OPTIONS", "TRACE"}
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
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
        idempotency_key: Sent by methods that are not safe; None: a new key for each call of an
            operation that documents ``Idempotency-Key``, and no key for others. A header field of
            that name takes precedence.
    """

    base_url: str
    timeout: float | None
    deadline: float | None
    retry: RetryPolicy
    headers: Mapping[str, str] = field(repr=False)
    max_response_size: int | None = MAX_RESPONSE_SIZE
    idempotency_key: str | None = None

    def __attrs_post_init__(self) -> None:
        problems = [
            f"{name} has to be a number of seconds, above 0 and up to {MAX_SECONDS:,}, or None"
            for name in ("timeout", "deadline")
            if not _is_limit(getattr(self, name))
        ]
        if not is_size(self.max_response_size):
            problems.append("max_response_size has to be a number of bytes above 0, or None")
        problems += _header_problems(self.headers)
        if not _is_key(self.idempotency_key):
            problems.append("idempotency_key has to be visible ASCII characters, or None")
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
        takes_key=_takes_key(operation),
        operation=operation.operation_id,
        secured=operation.secured,
        described=operation,
    )


def _takes_key(operation: Operation[Any]) -> bool:
    """Return whether the document says that a key makes a repetition harmless."""
    headers = {each.name.lower() for each in operation.parameters if each.place == "header"}
    return _IDEMPOTENCY_KEY.lower() in headers


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
    if not _TOKEN.fullmatch(method):
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
    *,
    takes_key: bool = False,
    **facts: Any,  # noqa: ANN401  # attrs checks them
) -> Call:
    given: Mapping[str, str] = rest.pop("headers", None) or {}
    if problems := _header_problems(given):
        raise ValueError("; ".join(problems))
    key = options.idempotency_key or (str(uuid4()) if takes_key else None)
    url = options.base_url + path
    if len(url) > MAX_URL_LENGTH:
        raise ValueError(f"path is too long: the URL would have {len(url):,} characters")
    return Call(
        method=method,
        url=url,
        headers=merge_headers(
            {"Accept": "application/json"},
            {_IDEMPOTENCY_KEY: key} if key and method not in _SAFE else {},
            options.headers,
            given,
        ),
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
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return 0 < seconds <= MAX_SECONDS


def is_size(size: object) -> bool:
    """Return whether *size* is a limit in bytes, or None."""
    return size is None or (isinstance(size, int) and not isinstance(size, bool) and size > 0)


def _is_key(key: object) -> bool:
    return key is None or (isinstance(key, str) and bool(_KEY.fullmatch(key)))
