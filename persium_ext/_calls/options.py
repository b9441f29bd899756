"""The options of a client, and what is wrong with them; no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, field, frozen
from persium_api.types import Unset

from persium_ext._http.messages import HeaderFields, merge_headers
from persium_ext._retry.policy import MAX_SECONDS, RetryPolicy
from persium_ext.errors import SettingsError
from persium_ext.hooks import Hooks

MAX_RESPONSE_SIZE: Final = 100 * 1024**2
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A method or the name of a header field (RFC 9110, section 5.6.2)."""
_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_KEY: Final = re.compile(r"[\x21-\x7e]+")
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
        hooks: Who is told about calls, retries and token requests.
        common_headers: The header fields that calls have in common, by whether their method is
            safe, and what they accept; filled by the calls.
    """

    base_url: str
    timeout: float | None
    deadline: float | None
    retry: RetryPolicy
    headers: Mapping[str, str] = field(repr=False)
    max_response_size: int | None = MAX_RESPONSE_SIZE
    idempotency_key: str | None = None
    hooks: Hooks | None = field(default=None, repr=False)
    common_headers: dict[tuple[bool, str], HeaderFields] = field(
        factory=dict[tuple[bool, str], HeaderFields], init=False, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        problems = [
            f"{name} has to be a number of seconds, above 0 and up to {MAX_SECONDS:,}, or None"
            for name in ("timeout", "deadline")
            if not _is_limit(getattr(self, name))
        ]
        if not is_size(self.max_response_size):
            problems.append("max_response_size has to be a number of bytes above 0, or None")
        problems += header_problems(self.headers)
        if not isinstance(self.hooks, Hooks | None):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            problems.append("hooks has to be an object of a subclass of Hooks, or None")
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


def header_problems(headers: Mapping[str, str]) -> list[str]:
    """Return what is wrong with those of *headers* that can't be sent."""
    problems: list[str] = []
    for name, value in headers.items():
        if not TOKEN.fullmatch(name):
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
