"""What goes to an HTTP engine and what comes back, as plain values.

Nothing here knows an engine: ``_transport`` translates to httpx and back.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from attrs import field, frozen


class Headers(Mapping[str, str]):
    """Header fields by name, in any mix of cases (RFC 9110, section 5.1)."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        joined: dict[str, str] = {}
        for name, value in fields:
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        self._fields = joined

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Headers({sorted(self._fields)})"


def merged(*headers: Mapping[str, str]) -> dict[str, str]:
    """Join header fields; of two with one name, in any mix of cases, the later stays."""
    fields: dict[str, tuple[str, str]] = {}
    for mapping in headers:
        for name, value in mapping.items():
            fields[name.lower()] = (name, value)
    return dict(fields.values())


@frozen(kw_only=True)
class Message:
    """A request as the caller gave it; it is built anew for each attempt.

    Attributes:
        method: HTTP method, upper case.
        url: Absolute URL.
        headers: Header fields, without credentials.
        options: What else the engine takes: ``params``, ``json``, ``content``, ``data``, ``files``.
        max_size: Bytes that the body of the answer may have, packed or not; None: no limit.
        confidential: It carries the secret: no event hook of anybody sees it.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    options: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    max_size: int | None = None
    confidential: bool = False


@frozen(kw_only=True)
class Response:
    """What the API answered.

    Attributes:
        status_code: The HTTP status.
        headers: Header fields, by name in any mix of cases.
        content: The body, decoded from gzip and the like.
    """

    status_code: int
    headers: Headers = field(factory=Headers)
    content: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 become U+FFFD."""
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:  # noqa: ANN401  # JSON has no narrower type
        """Read the body as JSON.

        Raises:
            ValueError: It is none: not UTF-8, not JSON, nested too deep, or with a number that no
                float can hold.
        """
        return _read_json(self.content)

    @property
    def request_id(self) -> str | None:
        """The server's name for this request (``X-Request-Id``), for a support ticket."""
        return self.headers.get("x-request-id")


def _read_json(content: bytes, **hooks: Any) -> Any:  # noqa: ANN401  # JSON has no narrower type
    text = content.decode("utf-8-sig")  # RFC 8259, section 8.1: a byte order mark may be ignored
    try:
        return json.loads(text, parse_float=_finite, parse_constant=_refuse_constant, **hooks)
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def printable(words: str) -> str:
    """What a server wrote, safe for a terminal and a log: one line, and not a long one.

    Control characters and those that turn the direction of writing become spaces.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in words[:1_000]).split())[:300]


class AmbiguousError(ValueError):
    """A JSON object has a member twice (RFC 8259, section 4, leaves open what that means)."""


def members(response: Response) -> dict[str, object]:
    """The members of a JSON object, each of which stands there once.

    Raises:
        ValueError: The body is no such object; AmbiguousError for a member that stands twice.
    """
    body = _read_json(response.content, object_pairs_hook=_unique)
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # of the value, not of a caller's type
    return cast("dict[str, object]", body)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a member that stands twice: readers differ in which of the two they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise AmbiguousError("a member stands there twice")
    return found


@frozen(kw_only=True)
class Failure:
    """No answer came.

    Attributes:
        reason: One sentence for people, without secrets.
        unsent: The request surely never reached the server.
        timed_out: It was given up after a time limit.
        final: Trying again can't help, such as for a certificate that is not trusted.
        too_long: The body had more bytes than the message allowed.
        hint: What to do about it, where that can be known.
    """

    reason: str
    unsent: bool = False
    timed_out: bool = False
    final: bool = False
    too_long: bool = False
    hint: str | None = None


Outcome = Response | Failure


def origin(url: str) -> str:
    """Scheme, host and port of *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
