"""The interface between the facade and the layer that sends its requests."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any, Generic, Protocol, TypeVar, overload

__all__ = [
    "AsyncExecutor",
    "AsyncResponseExecutor",
    "Executor",
    "Operation",
    "ResponseExecutor",
    "Typed",
    "accepting",
    "namespace",
    "path_segment",
    "with_free_boundary",
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
        success: The documented statuses that are a success.
        documented: Every documented status.
        returns: The type of a success at run time; None where it has no body.
        parse: Reads a response (keyword arguments ``client`` and ``response``).
    """

    operation_id: str
    tag: str
    method: str
    path: str
    secured: bool
    success: frozenset[int]
    documented: frozenset[int]
    returns: object
    parse: Callable[..., object]


class Executor(Protocol):
    """Sends the requests of ``Api``."""

    def execute(self, operation: Operation[T], request: dict[str, Any]) -> T:
        """Send ``request`` (arguments of ``httpx.Client.request``) and return the parsed success."""
        ...


class AsyncExecutor(Protocol):
    """Sends the requests of ``AsyncApi``."""

    async def execute(self, operation: Operation[T], request: dict[str, Any]) -> T:
        """Send ``request`` (arguments of ``httpx.AsyncClient.request``) and return the parsed success."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed(Generic[T]):
    """The result of an operation, with the response that it was read from.

    Attributes:
        value: What the operation returns.
        status_code: The HTTP status.
        headers: The header fields of the response.
        request_id: The identifier of the request on the server, if the response has one.
        attempts: The number of requests that were sent; a repetition after a 401 is not counted.
    """

    value: T
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    request_id: str | None
    attempts: int


class ResponseExecutor(Protocol):
    """Sends the requests of ``ApiWithResponse``."""

    def execute(self, operation: Operation[T], arguments: Any, /) -> Typed[T]:
        """Send a request, and return the result with its response."""
        ...


class AsyncResponseExecutor(Protocol):
    """Sends the requests of ``AsyncApiWithResponse``."""

    async def execute(self, operation: Operation[T], arguments: Any, /) -> Typed[T]:
        """Send a request, and return the result with its response."""
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


def path_segment(name: str, value: object) -> Any:
    """Return a path parameter as text: a date-time as in RFC 3339, a boolean in lower case.

    Raises:
        ValueError: The text is empty, ``.`` or ``..``, which would make another path.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        value = str(value).lower()
    text = value.isoformat() if isinstance(value, datetime.datetime) else str(value)
    if text in ("", ".", ".."):
        raise ValueError(f"{name} must not be {text!r}: the request would go to another path")
    return text


def with_free_boundary(request: dict[str, Any]) -> dict[str, Any]:
    """Let the HTTP client choose the multipart boundary; a fixed one could occur in a file."""
    headers: dict[str, Any] = request["headers"]
    return {**request, "headers": {k: v for k, v in headers.items() if k != "Content-Type"}}


def accepting(media: str, request: dict[str, Any]) -> dict[str, Any]:
    """Add ``Accept`` for a response that is not JSON; an error may have any media type."""
    headers: dict[str, Any] = request.get("headers", {})
    return {**request, "headers": {**headers, "Accept": f"{media}, */*;q=0.1"}}
