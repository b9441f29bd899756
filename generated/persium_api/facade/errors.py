"""The errors that operations raise.

PersiumError
├─ ApiStatusError           an unsuccessful status
│  ├─ BadRequestError
│  ├─ UnauthorizedError
│  ├─ ForbiddenError
│  ├─ NotFoundError
│  ├─ ConflictError
│  ├─ UnprocessableEntityError
│  ├─ TooManyRequestsError
│  └─ ServerError           5xx
│     ├─ InternalServerError
│     ├─ BadGatewayError
│     ├─ ServiceUnavailableError
│     └─ GatewayTimeoutError
└─ ResponseDecodeError      a successful response whose body does not match the document
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

if TYPE_CHECKING:
    pass

__all__ = [
    "STATUS_ERRORS",
    "ApiStatusError",
    "PersiumError",
    "ResponseDecodeError",
    "ServerError",
    "BadRequestError",
    "UnauthorizedError",
    "ForbiddenError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "TooManyRequestsError",
    "InternalServerError",
    "BadGatewayError",
    "ServiceUnavailableError",
    "GatewayTimeoutError",
]


_JSON: Final = (str, int, float, tuple, type(None))


class PersiumError(Exception):
    """Any failure of a call.

    Attributes:
        request_id: The identifier of the request on the server, if the response has one.
        attempts: The number of requests that were sent.
        hint: What to do.
        docs_url: The address of the page that explains the error.
        url: The URL that was requested, without its query; None if there was none.
    """

    def __init__(
        self,
        message: str = "",
        *,
        request_id: str | None = None,
        attempts: int = 0,
        hint: str | None = None,
        docs_url: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(message)
        self.request_id = request_id
        self.attempts = attempts
        self.hint = hint
        self.docs_url = docs_url
        self.url = url

    def to_dict(self) -> dict[str, Any]:
        """Return the error as JSON, for structured logs and task queues.

        It has ``type``, ``message`` and the attributes, except the body and the header fields of a
        response, which may be personal data.
        """
        facts = {name: value for name, value in vars(self).items() if name[0] != "_"}
        said = {"type": type(self).__name__, "message": self.args[0]}
        return said | {
            name: list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
            for name, value in facts.items()
            if isinstance(value, _JSON) and name != "text"
        }

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

    _STATUS: ClassVar[int] = 400

    def __init__(
        self,
        message: str | None = None,
        *,
        operation: str = "",
        status: int | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        text: str = "",
        retry_after: float | None = None,
        challenges: tuple[str, ...] = (),
        request_id: str | None = None,
        attempts: int = 0,
        hint: str | None = None,
        docs_url: str | None = None,
        url: str | None = None,
    ) -> None:
        status = self._STATUS if status is None else status
        super().__init__(
            f"HTTP {status}" if message is None else message,
            request_id=request_id,
            attempts=attempts,
            hint=hint,
            docs_url=docs_url,
            url=url,
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
        message: str = "",
        *,
        operation: str = "",
        status: int = 200,
        text: str = "",
        request_id: str | None = None,
        attempts: int = 0,
        hint: str | None = None,
        docs_url: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(
            message,
            request_id=request_id,
            attempts=attempts,
            hint=hint,
            docs_url=docs_url,
            url=url,
        )
        self.operation = operation
        self.status = status
        self.text = text


class ServerError(ApiStatusError):
    """HTTP 5xx: the server failed. Some of these statuses have a class of their own."""

    _STATUS = 500


class BadRequestError(ApiStatusError):
    """HTTP 400 Bad Request."""

    _STATUS = 400


class UnauthorizedError(ApiStatusError):
    """HTTP 401 Unauthorized."""

    _STATUS = 401


class ForbiddenError(ApiStatusError):
    """HTTP 403 Forbidden."""

    _STATUS = 403


class NotFoundError(ApiStatusError):
    """HTTP 404 Not Found."""

    _STATUS = 404


class ConflictError(ApiStatusError):
    """HTTP 409 Conflict."""

    _STATUS = 409


class UnprocessableEntityError(ApiStatusError):
    """HTTP 422 Unprocessable Entity."""

    _STATUS = 422


class TooManyRequestsError(ApiStatusError):
    """HTTP 429 Too Many Requests."""

    _STATUS = 429


class InternalServerError(ServerError):
    """HTTP 500 Internal Server Error."""

    _STATUS = 500


class BadGatewayError(ServerError):
    """HTTP 502 Bad Gateway."""

    _STATUS = 502


class ServiceUnavailableError(ServerError):
    """HTTP 503 Service Unavailable."""

    _STATUS = 503


class GatewayTimeoutError(ServerError):
    """HTTP 504 Gateway Timeout."""

    _STATUS = 504


STATUS_ERRORS: Final[dict[int, type[ApiStatusError]]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: TooManyRequestsError,
    500: InternalServerError,
    502: BadGatewayError,
    503: ServiceUnavailableError,
    504: GatewayTimeoutError,
}
"""The error class of each status that has one."""
RANGE_ERRORS: Final[dict[str, type[ApiStatusError]]] = {}
"""The error classes of ``4XX``, ``5XX`` and ``default``, for statuses without one of their own."""
