"""Results of operations, with the response beside the value that was read from it."""

from __future__ import annotations

from typing import TypeVar

from attrs import evolve
from persium_api.facade import Typed

from persium_ext._http.messages import Response

from .async_executor import AsyncExecutor
from .call import Call
from .executor import Executor

E = TypeVar("E", Executor, AsyncExecutor)
T = TypeVar("T")


def with_response(executor: E) -> E:
    """Return a copy of *executor* whose operations return their responses too.

    The class of a client, of which a mock may be made, has no executor: None.
    """
    return executor and evolve(executor, shown=_typed)


def _typed(value: T, response: Response, call: Call) -> Typed[T]:
    """Return what was read from the *response* of *call*, with the response."""
    return Typed(
        value=value,
        status_code=response.status_code,
        headers=response.headers,
        request_id=response.request_id,
        attempts=call.attempts,
    )
