"""The API's operations as methods, one namespace for each tag: ``api.identity.get_me()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _operation as _op
from ._operation import AsyncExecutor, Executor, Operation

if TYPE_CHECKING:
    from .identity import AsyncIdentityOperations, IdentityOperations

__all__ = ["Api", "AsyncApi", "AsyncExecutor", "Executor", "Operation"]


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
