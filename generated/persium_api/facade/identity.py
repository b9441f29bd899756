"""Information about the calling client."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Final as _Final

from ..models.me import Me
from . import _operation as _op
from . import _schema as _s
from . import _schemas
from . import amendments as amendments

__all__ = ["AsyncIdentityOperations", "IdentityOperations"]

GET_ME: _Final[_op.Operation[Me]] = _op.Operation(
    operation_id="getMe",
    tag="Identity",
    method="GET",
    path="/me",
    secured=True,
    parameters=(),
    body=None,
    responses={
        "200": _s.Content("application/json", _schemas.Me),
        "401": None,
        "429": None,
        "503": None,
    },
    accept="application/json",
)


class IdentityOperations:
    """Information about the calling client."""

    def __init__(self, executor: _op.Executor) -> None:
        self._executor = executor

    def get_me(
        self,
    ) -> Me:
        """Get the calling client.

        Returns the client that the access token was issued to, and its organisation. It changes
        nothing and can be used as a smoke test: if it succeeds, settings, network and credentials
        are correct.

        Returns:
            The calling client.

        Raises:
            UnauthorizedError: HTTP 401. The token is missing, expired, malformed or unknown. A
                client repeats the call once with a new token; a second `401` is final (TP-5, TP-6).
                The body is not specified.
            TooManyRequestsError: HTTP 429. Too many requests; wait before the next one (TP-8).
                Often sent by a proxy, so the body is not specified.
            ServiceUnavailableError: HTTP 503. Overloaded or down; wait before the next request
                (TP-8). The body is not specified.
            ApiStatusError: Any other status that is not a success.
            ResponseDecodeError: A successful response whose body does not match the document.
            PersiumError: Any other failure, such as a refused token request or a time-out.
        """
        return self._executor.execute(GET_ME, {})


class AsyncIdentityOperations:
    """Information about the calling client."""

    def __init__(self, executor: _op.AsyncExecutor) -> None:
        self._executor = executor

    async def get_me(
        self,
    ) -> Me:
        """Get the calling client.

        Returns the client that the access token was issued to, and its organisation. It changes
        nothing and can be used as a smoke test: if it succeeds, settings, network and credentials
        are correct.

        Returns:
            The calling client.

        Raises:
            UnauthorizedError: HTTP 401. The token is missing, expired, malformed or unknown. A
                client repeats the call once with a new token; a second `401` is final (TP-5, TP-6).
                The body is not specified.
            TooManyRequestsError: HTTP 429. Too many requests; wait before the next one (TP-8).
                Often sent by a proxy, so the body is not specified.
            ServiceUnavailableError: HTTP 503. Overloaded or down; wait before the next request
                (TP-8). The body is not specified.
            ApiStatusError: Any other status that is not a success.
            ResponseDecodeError: A successful response whose body does not match the document.
            PersiumError: Any other failure, such as a refused token request or a time-out.
        """
        return await self._executor.execute(GET_ME, {})


if TYPE_CHECKING:

    class IdentityOperationsWithResponse:
        """The operations of ``IdentityOperations``, with their responses."""

        def get_me(
            self,
        ) -> _op.Typed[Me]:
            """``IdentityOperations.get_me``, with its response."""
            ...

    class AsyncIdentityOperationsWithResponse:
        """The operations of ``AsyncIdentityOperations``, with their responses."""

        async def get_me(
            self,
        ) -> _op.Typed[Me]:
            """``AsyncIdentityOperations.get_me``, with its response."""
            ...

    class IdentityOperationsWithDownload:
        """The operations of ``IdentityOperations``, into a file."""

        def get_me(
            self,
        ) -> _op.Download:
            """``IdentityOperations.get_me``, into a file."""
            ...

    class AsyncIdentityOperationsWithDownload:
        """The operations of ``AsyncIdentityOperations``, into a file."""

        async def get_me(
            self,
        ) -> _op.Download:
            """``AsyncIdentityOperations.get_me``, into a file."""
            ...
