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

from .call import Call
from .decode import decode
from .executor import AsyncExecutor, Executor
from .pages import AsyncPages, Pages
from .request import operation_call

T = TypeVar("T")


@frozen
class ResponseExecutor:
    """Sends calls from threads."""

    executor: Executor

    def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Typed[T]:
        """Call *operation* with these *arguments*, and return its value and response."""
        call = operation_call(self.executor.options, operation, arguments)
        return typed(operation, self.executor.send(call), call)

    def pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Pages[T]:
        """Return the pages of *operation*, without their responses."""
        return self.executor.pages(operation, arguments)


@frozen
class AsyncResponseExecutor:
    """Sends calls from tasks."""

    executor: AsyncExecutor

    async def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Typed[T]:
        """Call *operation* with these *arguments*, and return its value and response."""
        call = operation_call(self.executor.options, operation, arguments)
        return typed(operation, await self.executor.send(call), call)

    def pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> AsyncPages[T]:
        """Return the pages of *operation*, without their responses."""
        return self.executor.pages(operation, arguments)


def typed(operation: Operation[T], response: Response, call: Call) -> Typed[T]:
    """Read the *response* of *call*.

    Raises:
        ResponseDecodeError: It is not what openapi.yaml describes.
    """
    return Typed(
        value=decode(operation, response, call),
        status_code=response.status_code,
        headers=response.headers,
        request_id=response.request_id,
        attempts=call.attempts,
    )
