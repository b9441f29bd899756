"""Everything that persium raises on purpose.

::

    PersiumError
    ├─ SettingsError
    ├─ TokenError
    │  ├─ TokenRefused
    │  ├─ TokenResponseInvalid
    │  └─ TokenEndpointUnavailable
    ├─ ApiConnectionError
    │  └─ ApiTimeoutError
    ├─ DeadlineExceeded
    ├─ ApiStatusError              and one class for each common or documented status
    │  └─ ServerError              of 5xx
    └─ ResponseDecodeError

The base, ``ApiStatusError`` with its children, and ``ResponseDecodeError`` are generated with the
operations that raise them. No error holds the secret or a token. Every error can be pickled, and
made without arguments, as tests of error handling need it.
"""

from __future__ import annotations

from typing import Final

from persium_api.facade import errors as _generated
from persium_api.facade.errors import *  # noqa: F403  # the generated errors are exported too
from persium_api.facade.errors import PersiumError

from ._text.printable import facts, repeats_status, status_line
from ._version import DOCUMENTATION

TROUBLESHOOTING: Final = f"{DOCUMENTATION}/troubleshooting"
"""Address of the Troubleshooting page; each error refers to a heading of it."""


class SettingsError(PersiumError, ValueError):
    """Settings are missing or wrong; the message names each of them.

    Attributes:
        problems: One sentence for each.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems), docs_url=f"{TROUBLESHOOTING}#settings")
        self.problems = problems


class TokenError(PersiumError):
    """No token could be obtained; the API was not called."""


class TokenRefused(TokenError):  # noqa: N818  # the name says what happened
    """The token endpoint answered with an OAuth error (RFC 6749, section 5.2). Not retried.

    Attributes:
        status: The HTTP status.
        error: The error code, such as ``unauthorized_client``.
        error_description: The server's own text; None without one.
    """

    def __init__(
        self,
        *,
        status: int = 401,
        error: str = "unauthorized_client",
        error_description: str | None = None,
        hint: str | None = None,
        attempts: int = 1,
        url: str | None = None,
        request_id: str | None = None,
    ) -> None:
        code = "" if repeats_status(error, status) else error
        words = f" ({error_description})" if error_description else ""
        said = ", ".join(filter(None, (f"{code}{words}".strip(), f"HTTP {status_line(status)}")))
        super().__init__(
            f"token endpoint refused the credentials: {said}{_source(url, attempts, request_id)}",
            hint=hint,
            attempts=attempts,
            docs_url=f"{TROUBLESHOOTING}#token-refused",
            url=url,
            request_id=request_id,
        )
        self.status = status
        self.error = error
        self.error_description = error_description


class TokenResponseInvalid(TokenError):  # noqa: N818  # the name says what happened
    """The token endpoint answered, but not with a token (RFC 6749, section 5.1).

    Attributes:
        status: The HTTP status.
    """

    def __init__(
        self,
        reason: str = "the body is not a JSON object",
        *,
        status: int = 200,
        hint: str | None = None,
        attempts: int = 1,
        url: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(
            f"token endpoint answered HTTP {status_line(status)} without a usable token: {reason}"
            f"{_source(url, attempts, request_id)}",
            hint=hint,
            attempts=attempts,
            docs_url=f"{TROUBLESHOOTING}#token-response-invalid",
            url=url,
            request_id=request_id,
        )
        self.status = status


class TokenEndpointUnavailable(TokenError):  # noqa: N818  # the name says what happened
    """The token endpoint could not be reached, or reported that it is overloaded.

    Attributes:
        status: The HTTP status; None without a response.
        retry_after: Seconds that the server asked to wait; None if it did not ask.
    """

    def __init__(
        self,
        reason: str = "no response",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        hint: str | None = None,
        attempts: int = 1,
        url: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(
            f"token endpoint unavailable: {reason}",
            hint=hint,
            attempts=attempts,
            docs_url=f"{TROUBLESHOOTING}#token-endpoint-unavailable",
            url=url,
            request_id=request_id,
        )
        self.status = status
        self.retry_after = retry_after


class ApiConnectionError(PersiumError):
    """The API could not be reached, or the connection broke before the response was complete."""


class ApiTimeoutError(ApiConnectionError):
    """The API did not respond within ``timeout`` seconds."""


class DeadlineExceeded(PersiumError):  # noqa: N818  # the name says what happened
    """The call exceeded its total time (``deadline``): token, attempts, waits and body together.

    Attributes:
        deadline: Seconds that the call had.
    """

    def __init__(
        self,
        message: str = "deadline exceeded",
        *,
        deadline: float | None = None,
        attempts: int = 0,
        hint: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(
            message, attempts=attempts, hint=hint, docs_url=f"{TROUBLESHOOTING}#deadline", url=url
        )
        self.deadline = deadline


def _source(url: str | None, attempts: int, request_id: str | None) -> str:
    """Return where a response of the token endpoint came from, as far as that is known."""
    known = ", ".join(filter(None, (url and f"POST {url}", facts(attempts, request_id))))
    return f" ({known})" if known else ""


# Hidden from type checkers, which can't add up two lists.
globals()["__all__"] = [
    "TROUBLESHOOTING",
    "ApiConnectionError",
    "ApiTimeoutError",
    "DeadlineExceeded",
    "SettingsError",
    "TokenEndpointUnavailable",
    "TokenError",
    "TokenRefused",
    "TokenResponseInvalid",
    *_generated.__all__,
]
