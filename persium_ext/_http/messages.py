"""Requests, responses and transport errors as plain values, without a trace of httpx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeVar, overload
from urllib.parse import urlsplit

from attrs import field, frozen

from persium_ext._text.printable import shown_url
from persium_ext._text.secret import Secret

from .content import CODINGS, charset_of, read_json
from .sink import Sink

T = TypeVar("T")


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

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...
    @overload
    def get(self, name: str, default: T, /) -> str | T: ...
    def get(self, name: str, default: object = None, /) -> object:
        """Return a field, or *default*; the one of ``Mapping`` raises and catches an error."""
        return self._fields.get(name.lower(), default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Headers({sorted(self._fields)})"


class HeaderFields(dict[str, str]):
    """The header fields of requests by name; not changed once it is made."""

    @cached_property
    def lines(self) -> list[tuple[bytes, bytes]]:
        """The fields as they are sent, with the content codings that can be read."""
        sent = merge_headers({"Accept-Encoding": ", ".join(CODINGS)}, self)
        return [(name.encode(), value.encode()) for name, value in sent.items()]


def merge_headers(*headers: Mapping[str, str]) -> HeaderFields:
    """Join header fields; of two with one name, in any mix of cases, the later one stays."""
    fields: dict[str, tuple[str, str]] = {}
    for mapping in headers:
        for name, value in mapping.items():
            fields[name.lower()] = (name, value)
    return HeaderFields(fields.values())


@lru_cache(maxsize=128)
def origin(url: str) -> str:
    """Return scheme, host and port of *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@frozen(kw_only=True)
class Request:
    """A request without its credentials; built anew for each attempt.

    Attributes:
        method: HTTP method, upper case.
        url: Absolute URL.
        headers: Header fields, without credentials.
        options: Further arguments of httpx: ``params``, ``json``, ``content``, ``data``, ``files``.
        max_size: Bytes that the body of the response may have, before and after decompression;
            None: no limit.
        confidential: It carries the secret: no event hook of a client that was passed in sees it.
        sink: Where the body of a success goes, within its own limit; None: it is kept in memory.
    """

    method: str
    url: str = field(repr=False)
    headers: HeaderFields = field(factory=HeaderFields, repr=False)
    options: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    max_size: int | None = None
    confidential: bool = False
    sink: Sink | None = field(default=None, repr=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port of its URL."""
        return origin(self.url)

    def target(self, secret: Secret | None) -> str:
        """Return its method and URL for people, with the *secret* masked."""
        return f"{self.method} {shown_url(secret.redact(self.url) if secret else self.url)}"


@frozen(kw_only=True)
class Response:
    """What the API answered.

    Attributes:
        status_code: The HTTP status.
        headers: Header fields, by name in any mix of cases.
        content: The body, decompressed.
    """

    status_code: int
    headers: Headers = field(factory=Headers)
    content: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        """The body as text in its charset, else UTF-8; bytes that are not text become U+FFFD."""
        charset = charset_of(self.headers.get("content-type", ""))
        return self.content.decode(charset, errors="replace")

    def json(self) -> Any:  # noqa: ANN401  # JSON has no narrower type
        """Read the body as JSON.

        Raises:
            ValueError: It is not JSON: not UTF-8, malformed, nested too deep, or with a number that
                no float holds.
        """
        return read_json(self.content)

    @property
    def request_id(self) -> str | None:
        """The server's id for this request (``X-Request-Id``), for a support ticket."""
        return self.headers.get("x-request-id")


@frozen(kw_only=True)
class UndecodableResponse(Response):
    """A response whose body could not be decompressed; ``content`` is empty.

    Attributes:
        reason: One sentence for people; it may quote a header field.
    """

    reason: str


class TransportError(NamedTuple):
    """A request without a response; a value, not an exception.

    Attributes:
        reason: One sentence for people, without secrets.
        unsent: The request certainly never reached the server.
        timed_out: A time limit was exceeded.
        final: Another attempt can't help, such as after a certificate that is not trusted.
        too_long: The body had more bytes than the request allowed.
        local: The caller had no memory or stack left, which says nothing about the server.
        hint: What to do about it, where that is known; see ``hint_for``.
        topic: The section of Troubleshooting about it; None: that of the error.
    """

    reason: str
    unsent: bool = False
    timed_out: bool = False
    final: bool = False
    too_long: bool = False
    local: bool = False
    hint: str | None = None
    topic: str | None = None

    def hint_for(self, setting: str) -> str | None:
        """Return what to do about a request whose URL comes from *setting*."""
        return self.hint and self.hint.replace("{setting}", setting)
