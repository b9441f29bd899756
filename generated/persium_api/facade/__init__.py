"""The API's operations as methods, one namespace for each tag: ``api.identity.get_me()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _operation as _op
from ._operation import (
    AsyncDownloadExecutor,
    AsyncExecutor,
    AsyncResponseExecutor,
    Download,
    DownloadExecutor,
    Executor,
    Operation,
    ResponseExecutor,
    Typed,
)

if TYPE_CHECKING:
    from .identity import (
        AsyncIdentityOperations,
        AsyncIdentityOperationsWithDownload,
        AsyncIdentityOperationsWithResponse,
        IdentityOperations,
        IdentityOperationsWithDownload,
        IdentityOperationsWithResponse,
    )

__all__ = [
    "Api",
    "ApiWithDownload",
    "ApiWithResponse",
    "AsyncApi",
    "AsyncApiWithDownload",
    "AsyncApiWithResponse",
    "AsyncDownloadExecutor",
    "AsyncExecutor",
    "AsyncResponseExecutor",
    "Download",
    "DownloadExecutor",
    "Executor",
    "Operation",
    "ResponseExecutor",
    "Typed",
]


class Api:
    """Every operation of the API, blocking; a namespace is imported when it is first used."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    @_op.namespace
    def identity(self) -> IdentityOperations:
        """Information about the calling client."""
        from .identity import IdentityOperations

        return IdentityOperations(self._executor)


class AsyncApi:
    """Every operation of the API, asynchronous; a namespace is imported when it is first used."""

    def __init__(self, executor: AsyncExecutor) -> None:
        self._executor = executor

    @_op.namespace
    def identity(self) -> AsyncIdentityOperations:
        """Information about the calling client."""
        from .identity import AsyncIdentityOperations

        return AsyncIdentityOperations(self._executor)


# The executor decides what an operation returns, so that type checkers alone need other classes.
if TYPE_CHECKING:

    class ApiWithResponse:
        """Every operation of ``Api``, which returns its response too."""

        def __init__(self, executor: ResponseExecutor) -> None: ...

        @property
        def identity(self) -> IdentityOperationsWithResponse:
            """Information about the calling client."""
            ...

    class AsyncApiWithResponse:
        """Every operation of ``AsyncApi``, which returns its response too."""

        def __init__(self, executor: AsyncResponseExecutor) -> None: ...

        @property
        def identity(self) -> AsyncIdentityOperationsWithResponse:
            """Information about the calling client."""
            ...

    class ApiWithDownload:
        """Every operation of ``Api``, which writes the body of its response to a file."""

        def __init__(self, executor: DownloadExecutor) -> None: ...

        @property
        def identity(self) -> IdentityOperationsWithDownload:
            """Information about the calling client."""
            ...

    class AsyncApiWithDownload:
        """Every operation of ``AsyncApi``, which writes the body of its response to a file."""

        def __init__(self, executor: AsyncDownloadExecutor) -> None: ...

        @property
        def identity(self) -> AsyncIdentityOperationsWithDownload:
            """Information about the calling client."""
            ...

else:
    ApiWithResponse, AsyncApiWithResponse = Api, AsyncApi
    ApiWithDownload, AsyncApiWithDownload = Api, AsyncApi
