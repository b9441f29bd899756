"""Pages of a list: which page is requested next, and where the list ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from persium_api.facade import _schema as s
from persium_api.types import UNSET

from persium_ext import ApiConnectionError, Response, ResponseDecodeError
from persium_ext._calls.call import Call
from persium_ext._calls.options import Options
from persium_ext._calls.pages import Course, Pages, next_link
from persium_ext._http.messages import Headers
from persium_ext._retry.policy import RetryPolicy
from tests.support.concurrency import Concurrency
from tests.support.schemas import operation
from tests.support.wire import Wire, http, in_turn

OPTIONS = Options(
    base_url="https://api.example/v1", timeout=1, deadline=1, retry=RetryPolicy(), headers={}
)
ITEMS = s.Array(s.INTEGER)


PAGES = (b"[1]", b"[2]", b"[]")


class Page(SimpleNamespace):
    """A page with items."""

    items: Any = UNSET
    next_cursor: Any = UNSET


PAGE = s.Model(
    Page,
    lambda: (
        (
            s.Member("items", "items", s.OneOf((ITEMS, s.NULL)), required=False),
            s.Member("next_cursor", "next_cursor", s.ANY, required=False),
        ),
        None,
    ),
)


def listing(kind: Any, *, first: int = 0, bare: bool = False) -> Any:
    """Describe an operation whose pages follow by *kind*; *bare*: a page is a list."""
    argument = "" if kind == "link" else kind
    parameter = s.Parameter(
        name=kind, argument=kind, place="query", schema=s.ANY, style="form", explode=True
    )
    return operation(
        method="GET",
        path="/things",
        parameters=(parameter,) if argument else (),
        responses={"200": s.Content("application/json", ITEMS if bare else PAGE)},
        paging=s.Paging(
            kind=kind,
            argument=argument,
            following="next_cursor" if kind == "cursor" else "",
            first=first,
            items="" if bare else "items",
        ),
    )


class Script:
    """Sends calls: each gets the next of *responses*, the last one for ever."""

    options = OPTIONS

    def __init__(self, *responses: Any) -> None:
        self._responses = list(responses)
        self.calls: list[Call] = []

    @property
    def queries(self) -> list[dict[str, str]]:
        """The query of each call."""
        return [dict(parse_qsl(urlsplit(call.url).query)) for call in self.calls]

    def send(self, call: Call) -> Response:
        """Return the next response, or raise the next error."""
        self.calls.append(call)
        assert len(self.calls) < 20, "endless"
        found = self._responses.pop(0) if len(self._responses) > 1 else self._responses[0]
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, Response) else response(found)


def response(body: object, link: str | None = None, status: int = 200) -> Response:
    """Return a response with a body of JSON."""
    headers = [("Content-Type", "application/json"), *([("Link", link)] if link else [])]
    return Response(status_code=status, headers=Headers(headers), content=json.dumps(body).encode())


def walk(described: Any, script: Script, arguments: Mapping[str, Any] | None = None) -> list[Any]:
    """Return the items of all pages."""
    given = arguments or {each.argument: UNSET for each in described.parameters}
    pages: Pages[Any] = Pages(script, described, given)
    found = [page if isinstance(page, list) else page.items for page in pages]
    assert next(pages, None) is None
    return [item for items in found for item in items or ()]


@pytest.mark.parametrize(
    ("described", "arguments", "pages", "asked"),
    [
        pytest.param(
            listing("cursor"),
            {},
            [{"items": [1], "next_cursor": "b"}, {"items": None, "next_cursor": "c"}, {}],
            [{}, {"cursor": "b"}, {"cursor": "c"}],
            id="cursor",
        ),
        pytest.param(
            listing("cursor"),
            {"cursor": "a"},
            [{"items": [1], "next_cursor": "b"}, {"next_cursor": "b"}],
            [{"cursor": "a"}, {"cursor": "b"}],
            id="cursor that repeats",
        ),
        pytest.param(
            listing("offset"),
            {},
            [{"items": [1, 2]}, {"items": [3]}, {"items": []}],
            [{}, {"offset": "2"}, {"offset": "3"}],
            id="offset",
        ),
        pytest.param(
            listing("offset", bare=True),
            {"offset": 5},
            [[1, 2], []],
            [{"offset": "5"}, {"offset": "7"}],
            id="offset that is given",
        ),
        pytest.param(
            listing("page", first=1),
            {},
            [{"items": [1]}, {"items": [2]}, {}],
            [{}, {"page": "2"}, {"page": "3"}],
            id="page",
        ),
        pytest.param(
            listing("page", first=0, bare=True),
            {"page": None},
            [[1], []],
            [{}, {"page": "1"}],
            id="page from zero",
        ),
        pytest.param(
            listing("page", bare=True), {}, [[1, 2]], [{}, {"page": "1"}], id="page that is ignored"
        ),
    ],
)
def test_arguments_of_the_next_page(
    described: Any, arguments: dict[str, Any], pages: list[Any], asked: list[dict[str, str]]
) -> None:
    """Each page is asked for by what the page before says or has; a repetition ends the list."""
    script = Script(*pages)

    walk(described, script, arguments or None)

    assert script.queries == asked


@pytest.mark.parametrize(
    ("link", "target"),
    [
        pytest.param('<https://api.example/v1/things?x=2>; rel="next"', "/v1/things?x=2", id="URL"),
        pytest.param("</v1/things?x=3>; rel=next", "/v1/things?x=3", id="path"),
        pytest.param("<?x=4>; rel=next", "/v1/things?x=4", id="query"),
    ],
)
def test_link_to_the_next_page(link: str, target: str) -> None:
    """A link is followed as it stands, with the header fields of the first request."""
    script = Script(response([1], link), response([2]))

    assert walk(listing("link", bare=True), script) == [1, 2]
    before, after = script.calls
    assert after.url == f"https://api.example{target}"
    assert (after.headers, after.challenges, after.operation) == (
        before.headers,
        [],
        before.operation,
    )
    assert after.challenges is not before.challenges


def test_link_that_repeats() -> None:
    """A link to a page that was there ends the list."""
    script = Script(response([1], "<?x=1>; rel=next"), response([2], "</v1/things>; rel=next"))

    assert walk(listing("link", bare=True), script) == [1, 2]


@pytest.mark.parametrize(
    "link",
    [
        "<https://elsewhere.example/v1/things>; rel=next",
        "<http://api.example/v1/things>; rel=next",
        "<https://[/>; rel=next",
    ],
)
def test_link_to_another_server(link: str) -> None:
    """A link that leads elsewhere is an error: the token is sent to one server only."""
    script = Script(response([1], link))

    with pytest.raises(ResponseDecodeError, match="next page leads to another server"):
        walk(listing("link", bare=True), script)
    assert len(script.calls) == 1


@pytest.mark.parametrize(
    ("field", "target"),
    [
        ("", None),
        ("<a>; rel=prev", None),
        ('<a>; rel="prev", <b,c>; title="x, y"; rel="last next"', "b,c"),
        ("<a>;REL=Next", "a"),
        ('<a>; title="rel=next"', None),
        ("<a>; rel", None),
        ("<" * 100_000, None),
    ],
)
def test_link_fields(field: str, target: str | None) -> None:
    """Links are read as RFC 8288 writes them; anything else is no link."""
    assert next_link(field) == target


def test_failed_page_is_requested_again() -> None:
    """After an error the next step requests the same page."""
    script = Script([1], ApiConnectionError("broken"), [2], [])
    pages: Pages[Any] = Pages(script, listing("page", bare=True, first=1), {"page": UNSET})

    assert next(pages) == [1]
    with pytest.raises(ApiConnectionError):
        next(pages)
    assert list(pages) == [[2], []]
    assert script.queries == [{}, {"page": "2"}, {"page": "2"}, {"page": "3"}]


def test_response_that_is_no_page() -> None:
    """A success without a documented body is an error, and not the end of the list."""
    script = Script(response(None, status=202))

    with pytest.raises(ResponseDecodeError, match=r"HTTP 202 .*, but this is not a page"):
        walk(listing("page", bare=True), script)


@pytest.mark.parametrize("with_response", [False, True])
def test_pages_over_the_wire(concurrency: Concurrency, wire: Wire, *, with_response: bool) -> None:
    """Pages are requested one by one, with threads and with tasks, with responses or without."""
    described = listing("page", bare=True, first=1)
    wire.api = in_turn(*(http(body, headers=b"X-Request-Id: r\r\n") for body in PAGES))
    session = concurrency.session(**wire.settings)

    def collect(persium: Any) -> Any:
        api = persium.with_response if with_response else persium
        pages = api._executor.pages(described, {"page": UNSET})  # noqa: SLF001
        return list(pages) if concurrency.portal is None else collected(pages)

    async def collected(pages: Any) -> list[Any]:
        return [page async for page in pages]

    found = session.do(collect)

    assert [page.value if with_response else page for page in found] == [[1], [2], []]
    assert not with_response or {page.request_id for page in found} == {"r"}
    assert [seen.head.split()[1] for seen in wire.api_requests] == [
        b"/things",
        b"/things?page=2",
        b"/things?page=3",
    ]


def test_course_needs_a_rule() -> None:
    """An operation without pages has none to iterate over."""
    course: Course[Any] = Course(operation(responses={"200": s.Content("", s.ANY)}), {})
    call = course.call(OPTIONS)

    assert call
    with pytest.raises(ResponseDecodeError, match="not a page"):
        course.read(call, response([]))
