"""The clients under proof, and a transport that records what they send; no sockets."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

import httpx
from attrs import frozen

from persium_ext import AsyncPersium, Persium, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterable

PREFIX: Final = "/base"
API: Final = f"https://api.invalid{PREFIX}"
_TOKEN_URL: Final = "https://auth.invalid/token"  # noqa: S105  # a URL
_MAX_ITEMS: Final = 12
"""Of an iterator: more than any proof serves, so that no fault makes it endless."""
_TOKEN: Final = {"access_token": "made-up", "token_type": "Bearer", "expires_in": 86_400}


@frozen
class Served:
    """The response that a call gets."""

    status: int
    media: str = ""
    content: bytes = b""
    link: str = ""


@frozen
class Result:
    """What a call sent, returned, raised and logged; of an iterator, the list of what it yields."""

    requests: list[httpx.Request]
    value: object = None
    error: Exception | None = None
    warnings: tuple[str, ...] = ()

    @property
    def facts(self) -> object:
        """Everything about it that matters, to be compared with that of another call."""
        requests = self.requests
        sent = [(r.method, r.url.host, r.url.raw_path, r.headers.raw, r.content) for r in requests]
        body = getattr(self.error, "body", None)
        return sent, repr(self.value), repr(self.error), repr(body), self.warnings


@frozen
class Attempt:
    """One call: the method of a namespace, its arguments, its responses, and who judges it."""

    namespace: str
    method: str
    arguments: dict[str, Any]
    served: tuple[Served, ...]
    judge: Callable[[Result], None]


class Wire(logging.Handler):
    """Serves the responses of one call, the last one again; records its requests and warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.served: tuple[Served, ...] = ()
        self.requests: list[httpx.Request] = []
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Record what the client logs."""
        self.warnings.append(record.getMessage())

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Respond to *request*."""
        if str(request.url) == _TOKEN_URL:
            return httpx.Response(200, json=_TOKEN)
        served = self.served[min(len(self.requests), len(self.served) - 1)]
        self.requests.append(request)
        fields = {"content-type": served.media, "link": served.link}
        headers = {name: value for name, value in fields.items() if value}
        return httpx.Response(served.status, headers=headers, content=served.content)

    def prepare(self, attempt: Attempt) -> None:
        """Serve the responses of *attempt*; nothing is recorded yet."""
        self.served, self.requests, self.warnings = attempt.served, [], []

    def result(self, value: object = None, error: Exception | None = None) -> Result:
        """Return what the call did."""
        return Result(self.requests, value, error, tuple(self.warnings))


@contextmanager
def recording() -> Generator[Wire, None, None]:
    """Return a wire that also hears what the clients log."""
    wire, logger = Wire(), logging.getLogger("persium_ext")
    logger.addHandler(wire)
    try:
        yield wire
    finally:
        logger.removeHandler(wire)


def call(attempts: Iterable[Attempt]) -> None:
    """Make every call through ``Persium``."""
    with recording() as wire, httpx.Client(transport=httpx.MockTransport(wire)) as http_client:
        client = Persium(http_client=http_client, **_settings())
        for attempt in attempts:
            wire.prepare(attempt)
            try:
                value = _method(client, attempt)(**attempt.arguments)
                if isinstance(value, Iterator):
                    value = list(islice(cast("Iterator[object]", value), _MAX_ITEMS))
            except Exception as error:  # noqa: BLE001  # whatever the package raises is judged
                attempt.judge(wire.result(error=error))
            else:
                attempt.judge(wire.result(value))


async def call_async(attempts: Iterable[Attempt]) -> None:
    """Make every call through ``AsyncPersium``."""
    with recording() as wire:
        async with httpx.AsyncClient(transport=httpx.MockTransport(wire)) as http_client:
            client = AsyncPersium(http_client=http_client, **_settings())
            for attempt in attempts:
                wire.prepare(attempt)
                try:
                    found = _method(client, attempt)(**attempt.arguments)
                    value = await (listed(found) if hasattr(found, "__anext__") else found)
                except Exception as error:  # noqa: BLE001  # whatever the package raises is judged
                    attempt.judge(wire.result(error=error))
                else:
                    attempt.judge(wire.result(value))


async def listed(found: AsyncIterator[object]) -> list[object]:
    """Return what an iterator yields, up to a number of items that no proof serves."""
    items: list[object] = []
    async for each in found:
        items.append(each)
        if len(items) == _MAX_ITEMS:
            break
    return items


def _method(client: object, attempt: Attempt) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(getattr(client, attempt.namespace), attempt.method)
    return method


def _settings() -> dict[str, Any]:
    return {
        "token_url": _TOKEN_URL,
        "api_base_url": API,
        "client_id": "proof",
        "client_secret": "made-up",
        "retry": RetryPolicy(attempts=1),
        "share_token": False,
    }
