"""The clients under proof, and a transport that records what they send; no sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx
from attrs import define, frozen

from persium_ext import AsyncPersium, Persium, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PREFIX: Final = "/base"
_TOKEN_URL: Final = "https://auth.invalid/token"  # noqa: S105  # a URL
_TOKEN: Final = {"access_token": "made-up", "token_type": "Bearer", "expires_in": 86_400}


@frozen
class Served:
    """The response that a call gets."""

    status: int
    media: str = ""
    content: bytes = b""


@frozen
class Result:
    """What a call sent, returned and raised."""

    request: httpx.Request | None
    value: object = None
    error: Exception | None = None


@frozen
class Attempt:
    """One call: the method of a namespace, its arguments, its response, and who judges it."""

    namespace: str
    method: str
    arguments: dict[str, Any]
    served: Served
    judge: Callable[[Result], None]


@define
class Wire:
    """Serves one response, and records the last request to the API."""

    served: Served = Served(204)
    request: httpx.Request | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Respond to *request*."""
        if str(request.url) == _TOKEN_URL:
            return httpx.Response(200, json=_TOKEN)
        self.request = request
        headers = {"content-type": self.served.media} if self.served.media else {}
        return httpx.Response(self.served.status, headers=headers, content=self.served.content)

    def prepare(self, attempt: Attempt) -> None:
        """Serve the response of *attempt*; nothing is recorded yet."""
        self.served, self.request = attempt.served, None


def call(attempts: Iterable[Attempt]) -> None:
    """Make every call through ``Persium``."""
    wire = Wire()
    with httpx.Client(transport=httpx.MockTransport(wire)) as http_client:
        client = Persium(http_client=http_client, **_settings())
        for attempt in attempts:
            wire.prepare(attempt)
            try:
                value = _method(client, attempt)(**attempt.arguments)
            except Exception as error:  # noqa: BLE001  # whatever the package raises is judged
                attempt.judge(Result(wire.request, error=error))
            else:
                attempt.judge(Result(wire.request, value))


async def call_async(attempts: Iterable[Attempt]) -> None:
    """Make every call through ``AsyncPersium``."""
    wire = Wire()
    async with httpx.AsyncClient(transport=httpx.MockTransport(wire)) as http_client:
        client = AsyncPersium(http_client=http_client, **_settings())
        for attempt in attempts:
            wire.prepare(attempt)
            try:
                value = await _method(client, attempt)(**attempt.arguments)
            except Exception as error:  # noqa: BLE001  # whatever the package raises is judged
                attempt.judge(Result(wire.request, error=error))
            else:
                attempt.judge(Result(wire.request, value))


def _method(client: object, attempt: Attempt) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(getattr(client, attempt.namespace), attempt.method)
    return method


def _settings() -> dict[str, Any]:
    return {
        "token_url": _TOKEN_URL,
        "api_base_url": f"https://api.invalid{PREFIX}",
        "client_id": "proof",
        "client_secret": "made-up",
        "retry": RetryPolicy(attempts=1),
        "share_token": False,
    }
