"""``persium.generated``: the generator's own functions, sent through our executor.

Their client contains an HTTP client whose transport is the executor, so that their calls have the
same token, 401 rule, retries and errors as those of the facade.
"""

from __future__ import annotations

import httpx
from persium_api import AuthenticatedClient

from persium_ext._calls.async_executor import AsyncExecutor
from persium_ext._calls.call import Call, raw_call
from persium_ext._calls.executor import Executor
from persium_ext._http.messages import Response

_DECODED = {"content-encoding", "content-length", "transfer-encoding"}
_REMADE = {"authorization", "host", "content-length", "transfer-encoding", "user-agent"}


def client_for(executor: Executor | AsyncExecutor) -> AuthenticatedClient:
    """Build the client for the argument ``client`` of the generator's functions."""
    base_url = executor.options.base_url
    blocking = executor if isinstance(executor, Executor) else None
    awaited = executor if isinstance(executor, AsyncExecutor) else None
    client = AuthenticatedClient(base_url=base_url, token="")
    client.set_httpx_client(httpx.Client(base_url=base_url, transport=_Through(blocking)))
    client.set_async_httpx_client(
        httpx.AsyncClient(base_url=base_url, transport=_AsyncThrough(awaited))
    )
    return client


class _Through(httpx.BaseTransport):
    def __init__(self, executor: Executor | None) -> None:
        self._executor = executor

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._executor is None:
            raise TypeError("sync functions need Persium().generated")
        body = request.read()
        return _to_httpx(self._executor.send(_call(self._executor, request, body)))


class _AsyncThrough(httpx.AsyncBaseTransport):
    def __init__(self, executor: AsyncExecutor | None) -> None:
        self._executor = executor

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._executor is None:
            raise TypeError("asyncio functions need AsyncPersium().generated")
        body = await request.aread()
        return _to_httpx(await self._executor.send(_call(self._executor, request, body)))


def _call(executor: Executor | AsyncExecutor, request: httpx.Request, body: bytes) -> Call:
    headers = {name: value for name, value in request.headers.items() if name not in _REMADE}
    base = str(httpx.URL(executor.options.base_url)).rstrip("/")
    path = str(request.url).removeprefix(base)
    options = {"headers": headers, "content": body or None}
    return raw_call(executor.options, request.method, path, options)


def _to_httpx(response: Response) -> httpx.Response:
    headers = [pair for pair in response.headers.items() if pair[0] not in _DECODED]
    return httpx.Response(response.status_code, headers=headers, content=response.content)
