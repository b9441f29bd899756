"""Executors whose operations return their response, beside the value that was read from it.

``ResponseExecutor`` and ``AsyncResponseExecutor`` are twins: they differ in ``async`` and ``await``
only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import frozen
from persium_api.facade import Operation, Typed

from persium_ext._http.messages import Response

from .async_executor import AsyncExecutor
from .call import Call, operation_call
from .decode import decode
from .executor import Executor
from .pages import AsyncPages, Pages

T = TypeVar("T")


@frozen
class ResponseExecutor:
    """Sends calls from threads."""

    executor: Executor

    def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Typed[T]:
        """Call *operation* with these *arguments*, and return its value and response."""
        call = operation_call(self.executor.options, operation, arguments)
        response = self.executor.send(call)
        return typed(decode(operation, response, call), response, call)

    def pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Pages[Typed[T]]:
        """Return the pages of *operation*, each with its response."""
        return Pages(self.executor, operation, arguments, typed)


@frozen
class AsyncResponseExecutor:
    """Sends calls from tasks."""

    executor: AsyncExecutor

    async def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Typed[T]:
        """Call *operation* with these *arguments*, and return its value and response."""
        call = operation_call(self.executor.options, operation, arguments)
        response = await self.executor.send(call)
        return typed(decode(operation, response, call), response, call)

    def pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> AsyncPages[Typed[T]]:
        """Return the pages of *operation*, each with its response."""
        return AsyncPages(self.executor, operation, arguments, typed)


def typed(value: T, response: Response, call: Call) -> Typed[T]:
    """Return what was read from the *response* of *call*, with the response."""
    return Typed(
        value=value,
        status_code=response.status_code,
        headers=response.headers,
        request_id=response.request_id,
        attempts=call.attempts,
    )
