"""Prove the iterators of one operation: which pages they request, and what they yield."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from codegen.prove.annotated import type_error_in
from codegen.prove.inputs import ABSENT
from codegen.prove.read import words
from codegen.prove.scalars import NoSampleError
from codegen.prove.wire import API, Attempt, Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from codegen.prove.facade import Target
    from codegen.prove.inputs import Key, Sample
    from codegen.prove.page_rule import PageRule
    from codegen.prove.requests import Requests
    from codegen.prove.responses import Responses
    from codegen.prove.schemas import Schemas
    from codegen.prove.wire import Result
    from codegen.read.document import Node

_SECOND: Final = f"{API}/pages/2?after=a%2Fb&x=1"
_LINKS: Final = (
    (f'<{API}/pages/0>; rel="prev", <{_SECOND}>; rel="next"', ""),
    ("<?after=3>; rel=next", _SECOND),
    (f"<{API}/pages/2>; rel=prev", f"{API}/pages/2?after=3"),
)
"""The links of each page, and the URL of a page that was linked to."""


@frozen
class Page:
    """A page: its JSON and its items, how it is served, and what its request has to send.

    Attributes:
        url: Where another page links to it; empty: *sample* says what is sent.
    """

    value: Any
    items: list[Any]
    served: Served
    sample: Sample
    url: str


@frozen
class Iteration:
    """The name of an iterator, the pages that it requests, and what it yields, with its schema."""

    name: str
    pages: list[Page]
    yields: list[Any]
    schema: Node


@frozen
class IteratorProof:
    """Makes the calls of the iterators of one operation, and judges them."""

    target: Target
    rule: PageRule
    schemas: Schemas
    requests: Requests
    responses: Responses

    def attempts(
        self, sample: Sample, arguments: dict[str, Any], note: Callable[[str], None]
    ) -> Iterator[Attempt]:
        """Yield the calls for *sample*, of which *arguments* were built.

        Raises:
            NoSampleError: No pages could be made.
        """
        pages = list(self._pages(sample))
        items = [item for page in pages for item in page.items]
        every: Node = {"type": "array", "items": self.rule.schema}
        yields = [(items, self.rule.items), ([page.value for page in pages], every)]
        for name, (wanted, schema) in zip(self.target.iterators, yields, strict=True):
            judge = partial(self._judge, Iteration(name, pages, wanted, schema), note)
            served = tuple(page.served for page in pages)
            yield Attempt(self.target.namespace, name, arguments, served, judge)

    def _pages(self, sample: Sample) -> Iterator[Page]:
        """Yield three pages; the last one says, or shows, that no other follows."""
        rule, values = self.rule, self.responses.sampler.values
        full = values(rule.schema)[0]
        found = [each for each in values(rule.items) if each]
        if not found:
            raise NoSampleError
        items: list[Any] = found[0]
        counted = rule.kind in {"offset", "page"}
        lists: list[list[Any]] = (
            [items[:2], items[-1:], []] if counted else [items[:2], [], items[-1:]]
        )
        followers = self._followers() if rule.kind == "cursor" else [ABSENT] * 3
        steps = self._steps(sample, lists, followers)
        for listed, follower, step, (link, url) in zip(
            lists, followers, steps, _LINKS, strict=True
        ):
            value: Any = listed if rule.is_list else {**full, "items": listed}
            if follower is not ABSENT:
                value["next_cursor"] = follower
            elif rule.kind == "cursor":
                value.pop("next_cursor", None)
            content = json.dumps(value, ensure_ascii=False).encode()
            linked = rule.kind == "link"
            served = Served(rule.status, rule.media, content, link if linked else "")
            parameters = {**sample.parameters, **step}
            yield Page(value, listed, served, evolve(sample, parameters=parameters), linked * url)

    def _followers(self) -> list[Any]:
        """Return the next cursor of each page: two, and what says that there is no other."""
        schema = self.rule.following
        found = [v for v in self.responses.sampler.values(schema) if v and isinstance(v, str | int)]
        cursors = list(dict.fromkeys(found))[:2]
        if len(cursors) < 2:
            raise NoSampleError
        (form,) = self.schemas.forms(self.rule.schema)
        if self.schemas.nullable(schema):
            return [*cursors, None]
        return [*cursors, cursors[-1] if "next_cursor" in form.get("required", []) else ABSENT]

    def _steps(
        self, sample: Sample, lists: list[list[Any]], followers: list[Any]
    ) -> list[dict[Key, Any]]:
        """Return the parameters that the request of each page has instead of those given."""
        key = "query", self.rule.kind
        if self.rule.kind == "link":
            return [{}, {}, {}]
        if self.rule.kind == "cursor":
            return [{}, {key: followers[0]}, {key: followers[1]}]
        start = sample.parameters.get(key, self.rule.first)
        sizes = [len(each) if self.rule.kind == "offset" else 1 for each in lists]
        return [{}, {key: start + sizes[0]}, {key: start + sizes[0] + sizes[1]}]

    def _judge(self, iteration: Iteration, note: Callable[[str], None], result: Result) -> None:
        for problem in self.problems(iteration, result):
            note(f"{iteration.name} {problem}")

    def problems(self, iteration: Iteration, result: Result) -> Iterator[str]:
        """Yield how *result* differs from what *iteration* says."""
        pages = zip(iteration.pages, result.requests, strict=False)
        for number, (page, request) in enumerate(pages, 1):
            for problem in self._page_problems(page, request):
                yield f"page {number} {problem}"
        if len(result.requests) != len(iteration.pages):
            yield f"requests: expected {len(iteration.pages)}, seen {len(result.requests)}"
        if result.error is not None:
            yield f"pages: expected to be decoded, seen {words(result.error)}"
            return
        found = self.responses.reader.difference(result.value, iteration.yields, iteration.schema)
        kind: Any = self.target.returns.get(iteration.name, Any)
        if found := found or type_error_in(result.value, list[kind]):
            yield found

    def _page_problems(self, page: Page, request: httpx.Request) -> Iterator[str]:
        if not page.url:
            yield from self.requests.problems(page.sample, request)
            return
        if str(request.url) != page.url:
            yield f"URL: expected {page.url}, seen {request.url}"
        yield from self.requests.header_problems(page.sample, request)
