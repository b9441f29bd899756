"""What goes to an HTTP engine and what comes back, as plain values.

Nothing here knows an engine: ``_transport`` translates to httpx and back.
"""

from __future__ import annotations

import json
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
            ValueError: It is none: not UTF-8, not JSON, ``NaN``, or nested too deep.
        """
        try:
            return json.loads(self.content.decode("utf-8"), parse_constant=_refuse_constant)
        except RecursionError:
            raise ValueError("JSON nested too deep") from None

    @property
    def request_id(self) -> str | None:
        """The server's name for this request (``X-Request-Id``), for a support ticket."""
        return self.headers.get("x-request-id")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def members(response: Response) -> dict[str, object]:
    """The members of a JSON object.

    Raises:
        ValueError: The body is no JSON object.
    """
    body = response.json()
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # of the value, not of a caller's type
    return cast("dict[str, object]", body)


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
