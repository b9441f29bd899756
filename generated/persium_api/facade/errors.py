"""The errors that operations raise.

PersiumError
├─ ApiStatusError           an unsuccessful status
│  ├─ UnauthorizedError
│  ├─ TooManyRequestsError
│  └─ ServiceUnavailableError
└─ ResponseDecodeError      a successful response whose body does not match the document
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    pass

__all__ = [
    "STATUS_ERRORS",
    "ApiStatusError",
    "PersiumError",
    "ResponseDecodeError",
    "UnauthorizedError",
    "TooManyRequestsError",
    "ServiceUnavailableError",
]


class PersiumError(Exception):
    """Any failure of a call.

    Attributes:
        request_id: The identifier of the request on the server, if the response has one.
        attempts: The number of requests that were sent.
        hint: What to do.
        docs_url: The address of the page that explains the error.
    """

    def __init__(
        self,
        message: str,
        *,
        request_id: str | None = None,
        attempts: int = 0,
        hint: str | None = None,
        docs_url: str | None = None,
    ) -> None:
        super().__init__(message)
        self.request_id = request_id
        self.attempts = attempts
        self.hint = hint
        self.docs_url = docs_url

    def __str__(self) -> str:
        lines = (super().__str__(), self.hint, self.docs_url)
        return "\n".join(line for line in lines if line)

    def __reduce__(self) -> tuple[object, ...]:
        return _revive, (type(self), self.args), self.__dict__


def _revive(kind: type[PersiumError], args: tuple[object, ...]) -> PersiumError:
    """Create an error that was pickled or copied; its attributes are its state."""
    return kind.__new__(kind, *args)


class ApiStatusError(PersiumError):
    """The API returned an unsuccessful status.

    Attributes:
        operation: The operationId, or the method and path of a call without one.
        status: The HTTP status.
        headers: The header fields of the response.
        text: The body of the response as text.
        retry_after: Seconds to wait, from ``Retry-After``.
        challenges: ``WWW-Authenticate`` of each 401 response, oldest first.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str,
        status: int,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        text: str = "",
        retry_after: float | None = None,
        challenges: tuple[str, ...] = (),
        request_id: str | None = None,
        attempts: int = 0,
        hint: str | None = None,
        docs_url: str | None = None,
    ) -> None:
        super().__init__(
            message, request_id=request_id, attempts=attempts, hint=hint, docs_url=docs_url
        )
        self.operation = operation
        self.status = status
        self._body = body
        self.headers = dict(headers or {})
        self.text = text
        self.retry_after = retry_after
        self.challenges = challenges

    @property
    def body(self) -> object:
        """The documented model, else the decoded JSON, else None."""
        return self._body


class ResponseDecodeError(PersiumError):
    """The API returned a successful status, but a body that does not match the document.

    Attributes:
        operation: The operationId.
        status: The HTTP status.
        text: The body of the response as text.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str,
        status: int,
        text: str = "",
        request_id: str | None = None,
        attempts: int = 0,
        hint: str | None = None,
        docs_url: str | None = None,
    ) -> None:
        super().__init__(
            message, request_id=request_id, attempts=attempts, hint=hint, docs_url=docs_url
        )
        self.operation = operation
        self.status = status
        self.text = text


class UnauthorizedError(ApiStatusError):
    """HTTP 401."""


class TooManyRequestsError(ApiStatusError):
    """HTTP 429."""


class ServiceUnavailableError(ApiStatusError):
    """HTTP 503."""


STATUS_ERRORS: Final[dict[int, type[ApiStatusError]]] = {
    401: UnauthorizedError,
    429: TooManyRequestsError,
    503: ServiceUnavailableError,
}
"""The error class of each documented status."""
RANGE_ERRORS: Final[dict[str, type[ApiStatusError]]] = {}
"""The error classes of ``4XX``, ``5XX`` and ``default``, for statuses without one of their own."""
