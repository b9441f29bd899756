"""Iterate over the pages of a list; each page is requested when it is consumed.

``Pages`` and ``AsyncPages`` are twins: they differ in ``async`` and ``await`` only. A page whose
request failed is requested again by the next step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, Protocol, TypeVar
from urllib.parse import urljoin

from attrs import evolve
from persium_api.facade import Operation
from persium_api.facade._schema import Paging
from persium_api.types import Unset

from persium_ext._http.messages import Response, origin

from .call import Call, operation_call
from .decode import decode
from .error_text import undecodable
from .options import Options

T = TypeVar("T")
Shown = Callable[[Any, Response, Call], Any]
_LINK: Final = r'<([^<>]*)>((?:[^,"]|"[^"]*")*)'
"""A link and its parameters (RFC 8288, section 3)."""
_REL: Final = r'(?i);\s*rel\s*=\s*(?:"([^"]*)"|([^\s;"]+))'


class Sender(Protocol):
    """Sends calls from threads."""

    @property
    def options(self) -> Options: ...
    def send(self, call: Call) -> Response: ...


class AsyncSender(Protocol):
    """Sends calls from tasks."""

    @property
    def options(self) -> Options: ...
    async def send(self, call: Call) -> Response: ...


class Pages(Generic[T]):
    """The pages of *operation*, from that of *arguments* on.

    *shown* returns what a step returns, from a page, its response and its call; None: the page.
    """

    def __init__(
        self,
        executor: Sender,
        operation: Operation[Any],
        arguments: Mapping[str, Any],
        shown: Shown | None = None,
    ) -> None:
        self._executor = executor
        self._shown = shown
        self._course: Course[T] = Course(operation, arguments)

    def __iter__(self) -> Pages[T]:
        return self

    def __next__(self) -> T:
        call = self._course.call(self._executor.options)
        if call is None:
            raise StopIteration
        response = self._executor.send(call)
        page = self._course.read(call, response)
        return page if self._shown is None else self._shown(page, response, call)


class AsyncPages(Generic[T]):
    """The pages of *operation*, from that of *arguments* on.

    *shown* returns what a step returns, from a page, its response and its call; None: the page.
    """

    def __init__(
        self,
        executor: AsyncSender,
        operation: Operation[Any],
        arguments: Mapping[str, Any],
        shown: Shown | None = None,
    ) -> None:
        self._executor = executor
        self._shown = shown
        self._course: Course[T] = Course(operation, arguments)

    def __aiter__(self) -> AsyncPages[T]:
        return self

    async def __anext__(self) -> T:
        call = self._course.call(self._executor.options)
        if call is None:
            raise StopAsyncIteration
        response = await self._executor.send(call)
        page = self._course.read(call, response)
        return page if self._shown is None else self._shown(page, response, call)


class Course(Generic[T]):
    """Which page comes next. It ends where a page repeats, so that no server makes it endless."""

    def __init__(self, operation: Operation[T], arguments: Mapping[str, Any]) -> None:
        self._operation = operation
        self._arguments = dict(arguments)
        self._link: tuple[Call, str] | None = None
        self._seen: set[object] = set()
        self._items: list[object] = []
        self._ended = False

    def call(self, options: Options) -> Call | None:
        """Build the call of the next page; None: there is no further page."""
        if self._ended:
            return None
        if self._link is not None:
            before, url = self._link
            return evolve(before, url=url, attempts=0, challenges=[], token=None)
        return operation_call(options, self._operation, self._arguments)

    def read(self, call: Call, response: Response) -> T:
        """Decode a page, and find out which is next.

        Raises:
            ResponseDecodeError: It is not what openapi.yaml describes, or links to another server.
        """
        page, paging = decode(self._operation, response, call), self._operation.paging
        if page is None or paging is None:
            raise undecodable(call, response, "this is not a page")
        if paging.kind == "cursor":
            self._go_to(paging, getattr(page, paging.following))
        elif paging.kind == "link":
            self._follow(call, response)
        else:
            self._count(paging, getattr(page, paging.items) if paging.items else page)
        return page

    def _go_to(self, paging: Paging, cursor: object) -> None:
        self._ended = not cursor or cursor in self._seen
        self._seen.add(cursor)
        self._arguments[paging.argument] = cursor

    def _follow(self, call: Call, response: Response) -> None:
        link = next_link(response.headers.get("link", ""))
        url = _joined(call.url, link or "")
        if url is None:
            raise undecodable(call, response, "its link to the next page leads to another server")
        self._seen.add(call.url)
        self._ended = url in self._seen
        self._link = (call, url)

    def _count(self, paging: Paging, found: Any) -> None:  # noqa: ANN401  # a list of any items
        items: list[object] = list(found or ())
        self._ended = not items or items == self._items
        self._items = items
        given = self._arguments[paging.argument]
        current = paging.first if isinstance(given, Unset) or given is None else given
        self._arguments[paging.argument] = current + (len(items) if paging.kind == "offset" else 1)


def next_link(field: str) -> str | None:
    """Return the target of the link whose relation is ``next``; None: there is none."""
    for target, parameters in re.findall(_LINK, field):
        relation = re.search(_REL, parameters)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return str(target)
    return None


def _joined(url: str, link: str) -> str | None:
    """Return *link*, relative to *url*; None: it is on another server, or not a valid URL."""
    try:
        joined = urljoin(url, link)
        return joined if origin(joined) == origin(url) else None
    except ValueError:
        return None
