"""Calls, of operations and of other requests: what is asked, and what has happened; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from attrs import define, field
from persium_api.facade import Operation

from persium_ext._http.messages import HeaderFields, Request, Response, merge_headers
from persium_ext._http.sink import Sink
from persium_ext._text.printable import shown_url
from persium_ext._tokens.access_token import AccessToken

from .body import Body
from .encode import encode
from .options import TOKEN, Options, header_problems

MAX_URL_LENGTH: Final = 65_536
"""Characters; httpx refuses a longer URL, and few servers accept one of 8,000."""
_JSON: Final = "application/json"
_IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_SAFE: Final = {"GET", "HEAD", "OPTIONS", "TRACE"}
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


@define(kw_only=True)
class Call:
    """A call of one operation.

    Attributes:
        operation: Its operationId; the method and path of a call without one.
        method: HTTP method, upper case.
        url: Absolute URL.
        headers: Header fields without credentials.
        body: The body and the other options of the request; None without any.
        max_size: Bytes that the body of the response may have; None: no limit.
        secured: Whether it carries a token.
        described: The operation in openapi.yaml; None for a call that is not in the document.
        attempts: Attempts so far; the repetition after a 401 is part of its attempt.
        challenges: The ``WWW-Authenticate`` of each 401.
        token: The token of the last request.
        sink: Where the body of its success goes; None: it is kept in memory.
    """

    operation: str
    method: str
    url: str = field(repr=False)
    headers: HeaderFields = field(repr=False)
    body: Body | None = field(default=None, repr=False)
    max_size: int | None = None
    secured: bool = True
    described: Operation[Any] | None = field(default=None, repr=False)
    attempts: int = 0
    challenges: list[str] = field(factory=list[str], repr=False)
    token: AccessToken | None = field(default=None, repr=False)
    sink: Sink | None = field(default=None, repr=False)

    def request(self, *, awaited: bool) -> Request:
        """Build the request of one attempt."""
        headers, options = self.headers, {}
        if self.body is not None:
            length = self.body.length
            options = self.body.options(awaited=awaited, length=length)
            if length is not None:
                headers = HeaderFields({**headers, "Content-Length": str(length)})
        return Request(
            method=self.method,
            url=self.url,
            headers=headers,
            options=options,
            max_size=self.max_size,
            sink=self.sink,
        )

    def is_success(self, status: int) -> bool:
        """Return whether a response with this *status* is a success of the operation."""
        return 200 <= status < 300 or (status == 304 and self.described is None)

    def record_unauthorized(self, response: Response) -> None:
        """Add the challenge of a 401, with the token masked."""
        self.challenges.append(self.redact(response.headers.get("www-authenticate", "")))

    @property
    def shown_url(self) -> str:
        """Its URL for people, with the token masked."""
        return shown_url(self.redact(self.url))

    def redact(self, text: str) -> str:
        """Return *text* without the token."""
        return self.token.redact(text) if self.token else text

    @property
    def may_reauthenticate(self) -> bool:
        """Whether the request may be repeated with a new token (TP-5: once)."""
        return len(self.challenges) < 2 and self.replayable

    @property
    def replayable(self) -> bool:
        """Whether its body can be sent again."""
        return self.body is None or self.body.replayable


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
        start = f"/ (or with {options.base_url}/)"
        raise ValueError(f"path has to start with {start}: the token is sent nowhere else")
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
    url = options.base_url + path
    if len(url) > MAX_URL_LENGTH:
        raise ValueError(f"path is too long: the URL would have {len(url):,} characters")
    headers = _common_headers(options, method, accept)
    if given and (problems := header_problems(given)):
        raise ValueError("; ".join(problems))
    if given or new_key:
        key = {_IDEMPOTENCY_KEY: str(uuid4())} if new_key else {}
        headers = merge_headers(key, headers, given)
    return Call(
        method=method,
        url=url,
        headers=headers,
        body=Body(rest) if rest else None,
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
