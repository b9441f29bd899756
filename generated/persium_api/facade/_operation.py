"""The interface between the facade and the layer that sends its requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast, overload

from ._schema import Body, Content, Paging, Parameter

__all__ = [
    "AsyncDownloadExecutor",
    "AsyncExecutor",
    "AsyncResponseExecutor",
    "Download",
    "DownloadExecutor",
    "Executor",
    "Operation",
    "ResponseExecutor",
    "Typed",
    "items",
    "namespace",
]

P = TypeVar("P")
T = TypeVar("T")


class Operation(NamedTuple, Generic[T]):
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
        paging: How its pages follow one another, if it has some.
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
    paging: Paging | None = None

    def response(self, status: int) -> str | None:
        """Return the key in ``responses`` that stands for *status*; None: it is not documented."""
        if (exact := str(status)) in self.responses:
            return exact
        keys = (f"{status // 100}XX", "default")
        return next((key for key in keys if key in self.responses), None)


class Executor(Protocol):
    """Sends the requests of ``Api``."""

    def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> T:
        """Send a request with these arguments, by their names, and return the decoded success."""
        ...

    def pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Iterator[T]:
        """Send a request for each page, when it is consumed."""
        ...


class AsyncExecutor(Protocol):
    """Sends the requests of ``AsyncApi``."""

    async def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> T:
        """Send a request with these arguments, by their names, and return the decoded success."""
        ...

    def pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> AsyncIterator[T]:
        """Send a request for each page, when it is consumed."""
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

    def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Typed[T]:
        """Send a request with these arguments, and return the result with its response."""
        ...

    def pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Iterator[Typed[T]]:
        """Send a request for each page, when it is consumed."""
        ...


class AsyncResponseExecutor(Protocol):
    """Sends the requests of ``AsyncApiWithResponse``."""

    async def execute(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Typed[T]:
        """Send a request with these arguments, and return the result with its response."""
        ...

    def pages(
        self, operation: Operation[T], arguments: Mapping[str, Any]
    ) -> AsyncIterator[Typed[T]]:
        """Send a request for each page, when it is consumed."""
        ...


def items(page: P, of: Callable[[P], Iterable[T]]) -> Iterator[T]:
    """Return the items *of* a page; those of a page with its response have this response, too."""
    if isinstance(page, Typed):
        typed = cast("Typed[Any]", page)
        return (cast("T", replace(typed, value=item)) for item in of(typed.value))
    return iter(of(page))


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A response whose body was written to a file.

    Attributes:
        path: The file; None: it was passed in open.
        size: Bytes that were written.
        media_type: The media type of the body, without parameters; empty if the response has none.
        filename: The name that the server suggests, without folders; None: it suggests none. Do not
            use it as a path: a server could choose which file is replaced.
        status_code: The HTTP status.
        headers: The header fields of the response.
        request_id: The identifier of the request on the server, if the response has one.
        attempts: The number of requests that were sent; a repetition after a 401 is not counted.
    """

    path: Path | None
    size: int
    media_type: str
    filename: str | None
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    request_id: str | None
    attempts: int


class DownloadExecutor(Protocol):
    """Sends the requests of ``ApiWithDownload``."""

    def execute(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Download:
        """Send a request with these arguments, and write the body of the response to a file."""
        ...


class AsyncDownloadExecutor(Protocol):
    """Sends the requests of ``AsyncApiWithDownload``."""

    async def execute(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Download:
        """Send a request with these arguments, and write the body of the response to a file."""
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
