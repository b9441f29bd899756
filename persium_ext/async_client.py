"""``AsyncPersium``, the client for asyncio and trio: the twin of ``Persium`` in ``client``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import IO, Any, Self

import httpx
from persium_api.facade import AsyncApi, AsyncApiWithDownload, AsyncApiWithResponse
from persium_api.facade._operation import namespace

from ._calls.async_executor import AsyncExecutor
from ._calls.call import raw_call
from ._calls.file_sink import Progress
from ._calls.options import MAX_RESPONSE_SIZE
from ._client.config import ClientConfig
from ._client.front import Front
from ._http.messages import Response
from ._http.proxies import Proxy
from ._http.tls import Verify
from ._retry.policy import RetryPolicy
from ._tokens.access_token import AccessToken
from .hooks import Hooks
from .settings import conceal

_RETRY = RetryPolicy()


class AsyncPersium(Front[AsyncExecutor], AsyncApi):
    """The Persium API, for tasks of asyncio and trio.

    It has the arguments of ``Persium``; ``http_client`` is an ``httpx.AsyncClient``. One object
    serves any number of event loops, one after another and at once; each has its own connections.
    """

    _executor: AsyncExecutor

    def __init__(
        self,
        *,
        token_url: str | None = None,
        client_id: str | None = None,
        client_secret: str | Callable[[], str] | None = None,
        client_secret_file: str | os.PathLike[str] | None = None,
        api_base_url: str | None = None,
        scope: str | None = None,
        timeout: float | None = 10.0,
        deadline: float | None = 60.0,
        retry: RetryPolicy = _RETRY,
        proxy: str | None = None,
        verify: Verify = True,
        http_client: httpx.AsyncClient | None = None,
        headers: Mapping[str, str] | None = None,
        user_agent: str | None = None,
        max_response_size: int | None = MAX_RESPONSE_SIZE,
        spread_refresh: bool = False,
        share_token: bool = True,
        hooks: Hooks | None = None,
    ) -> None:
        secret, named_proxy = conceal(client_secret), Proxy.given(proxy)
        del client_secret, proxy  # no traceback may show them
        config = ClientConfig.resolve(
            token_url=token_url,
            api_base_url=api_base_url,
            client_id=client_id,
            client_secret=secret,
            client_secret_file=client_secret_file,
            scope=scope,
            timeout=timeout,
            deadline=deadline,
            retry=retry,
            proxy=named_proxy,
            verify=verify,
            http_clients=(http_client,),
            share_token=share_token,
            spread_refresh=spread_refresh,
            hooks=hooks,
            max_response_size=max_response_size,
            headers=headers,
            user_agent=user_agent,
        )
        self._build(config, http_client)

    def _build(self, config: ClientConfig, http_client: httpx.AsyncClient | None = None) -> None:
        self._config, self._http_client, self._owns_connections = config, http_client, True
        self._executor = config.async_executor(http_client)

    @namespace
    def with_response(self) -> AsyncApiWithResponse:
        """The operations, with their responses: ``persium.with_response.identity.get_me()``.

        They return a ``Typed``: ``value``, ``status_code``, ``headers``, ``request_id`` and
        ``attempts``. Iterators do so for each page, or for each item with the response of its page.
        """
        from ._calls.with_response import with_response  # noqa: PLC0415  # most clients do without

        return AsyncApiWithResponse(with_response(self._executor))

    def download_to(
        self,
        target: str | os.PathLike[str] | IO[bytes],
        *,
        progress: Progress | None = None,
        max_size: int | None = None,
    ) -> AsyncApiWithDownload:
        """The operations, which write the body of their response to *target*: see ``Persium``.

        A thread writes; *progress*, which is no asynchronous function, is called by the task.
        """
        from ._calls import download  # noqa: PLC0415  # most clients do without

        destination = download.Destination(given=target, max_size=max_size, progress=progress)
        return AsyncApiWithDownload(download.AsyncDownloadExecutor(self._executor, destination))

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        content: Any = None,  # noqa: ANN401  # bytes, text, a file or an iterator of bytes
        data: Mapping[str, Any] | None = None,
        files: Any = None,  # noqa: ANN401  # what httpx accepts
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request that openapi.yaml does not describe yet; see ``Persium.request``."""
        body = {"json": json, "content": content, "data": data, "files": files}
        request = {**body, "params": params, "headers": headers}
        return await self._executor.send(raw_call(self._executor.options, method, path, request))

    async def access_token(self) -> AccessToken:
        """Return a token that is valid for at least 30 s, for use outside this client.

        Raises:
            TokenError: No token could be obtained.
        """
        return await self._executor.access_token()

    async def aclose(self) -> None:
        """Close the connections of this event loop; the token stays with the process."""
        if self._owns_connections:
            await self._executor.transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
