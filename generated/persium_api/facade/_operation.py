"""The interface between the facade and the layer that sends its requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Generic, Protocol, TypeVar, overload

from ._schema import Body, Content, Parameter

__all__ = [
    "AsyncExecutor",
    "Executor",
    "Operation",
    "namespace",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[T]):
    """One operation of the API, as the document describes it.

    Attributes:
        operation_id: Its operationId.
        tag: Its tag.
        method: HTTP method, upper case.
        path: Path template.
        secured: Whether it needs an access token.
        parameters: Its parameters.
        body: The body of its request, if it may have one.
        responses: The body of each documented response, None where it has none, by status, ``4XX``
            or ``default``.
        accept: The media types of its successes.
    """

    operation_id: str
    tag: str
    method: str
    path: str
    secured: bool
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[str, Content | None]
    accept: str

    def response(self, status: int) -> str | None:
        """Return the key in ``responses`` that stands for *status*; None: it is not documented."""
        keys = (str(status), f"{status // 100}XX", "default")
        return next((key for key in keys if key in self.responses), None)


class Executor(Protocol):
    """Sends the requests of ``Api``."""

    def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> T:
        """Send a request with these arguments, by their names, and return the decoded success."""
        ...


class AsyncExecutor(Protocol):
    """Sends the requests of ``AsyncApi``."""

    async def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> T:
        """Send a request with these arguments, by their names, and return the decoded success."""
        ...


class namespace(Generic[T]):
    """A property that is made when it is first used, and of a class is the class of its values.

    So ``unittest.mock.create_autospec`` finds the operations of a namespace.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, api: None, owner: type[object]) -> type[T]: ...

    @overload
    def __get__(self, api: object, owner: type[object]) -> T: ...

    def __get__(self, api: object | None, owner: type[object]) -> T | type[T]:
        if api is None:
            return type(self._make(SimpleNamespace(_executor=None)))
        made: T = vars(api).setdefault(self._make.__name__, self._make(api))
        return made
