"""The state of one call: what was asked, and what has happened so far; no I/O."""

from __future__ import annotations

from typing import Any

from attrs import define, field
from persium_api.facade import Operation

from persium_ext._http.messages import HeaderFields, Request, Response
from persium_ext._http.sink import Sink
from persium_ext._text import shown_url
from persium_ext._tokens.access_token import AccessToken

from .body import Body


@define(kw_only=True)
class Call:
    """A call of one operation.

    Attributes:
        operation: Its operationId; the method and path of a call without one.
        method: HTTP method, upper case.
        url: Absolute URL.
        headers: Header fields without credentials.
        body: The body and the other options of the request.
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
    body: Body = field(repr=False)
    max_size: int | None = None
    secured: bool = True
    described: Operation[Any] | None = field(default=None, repr=False)
    attempts: int = 0
    challenges: list[str] = field(factory=list[str], repr=False)
    token: AccessToken | None = field(default=None, repr=False)
    sink: Sink | None = field(default=None, repr=False)

    def request(self, *, awaited: bool) -> Request:
        """Build the request of one attempt."""
        headers, length = self.headers, self.body.length
        if length is not None:
            headers = HeaderFields({**headers, "Content-Length": str(length)})
        return Request(
            method=self.method,
            url=self.url,
            headers=headers,
            options=self.body.options(awaited=awaited),
            max_size=self.max_size,
            sink=self.sink,
        )

    def is_success(self, status: int) -> bool:
        """Return whether a response with this *status* is a success of the operation."""
        return 200 <= status < 300 or (status == 304 and self.described is None)

    def record_unauthorized(self, response: Response) -> None:
        """Add the challenge of a 401, with the token masked."""
        challenge = response.headers.get("www-authenticate", "")
        self.challenges.append(self.redact(challenge))

    @property
    def waits_for_token(self) -> bool:
        """Whether nothing was sent to the API yet, because there is no token."""
        return self.secured and self.token is None

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
        return len(self.challenges) < 2 and self.body.replayable
