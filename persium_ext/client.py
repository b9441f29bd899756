"""``Persium``, the client for threads; ``AsyncPersium`` in ``async_client`` is its twin.

The operations come with the generated ``Api``, one namespace for each tag of openapi.yaml.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import IO, Any, Self

import httpx
from persium_api.facade import Api, ApiWithDownload, ApiWithResponse
from persium_api.facade._operation import namespace

from ._calls.call import raw_call
from ._calls.executor import Executor
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


class Persium(Front[Executor], Api):
    """The Persium API, for threads.

    Every setting that is None comes from the environment: ``PERSIUM_TOKEN_URL``, else
    ``TOKEN_URL``, and so on. Nothing is sent before the first call. Clients with the same
    credentials share one token, so it costs little to make a client for each piece of work; it
    needs no ``with``, but closes its connections sooner with one.

    Args:
        token_url: The token endpoint (``TOKEN_URL``), used exactly as given.
        client_id: The client that Persium gave you (``CLIENT_ID``).
        client_secret: Its secret (``CLIENT_SECRET``), or a function that returns it, called for
            each token request.
        client_secret_file: A file that holds the secret (``CLIENT_SECRET_FILE``), read for each
            token request, so that a rotated secret is picked up.
        api_base_url: Where the API is (``API_BASE_URL``).
        scope: Scopes to ask for, separated by spaces; customers need none.
        timeout: Seconds that one network operation may last; None: no limit of its own.
        deadline: Seconds for a whole call: token, attempts, waits and body; None: no limit.
        retry: When a request is sent again; with ``RetryPolicy(attempts=1)``, never.
        proxy: URL of a proxy; None uses ``HTTPS_PROXY`` and the like from the environment.
        verify: TLS verification: True (``SSL_CERT_FILE`` or ``SSL_CERT_DIR``, else the usual
            authorities), the path of a file or folder of authorities, or an ``ssl.SSLContext``;
            False accepts any certificate and is for experiments only.
        http_client: An ``httpx.Client`` to send with; the caller closes it, and sets proxy and TLS
            verification on it: ``proxy`` and ``verify`` can't be given together with it.
        headers: Sent with every call of the API.
        user_agent: Precedes our own name in ``User-Agent``.
        max_response_size: Bytes that the body of a response may have, before and after
            decompression; None: no limit.
        spread_refresh: True refreshes a token at a random point between 60 and 90 % of its life, so
            that a fleet that started at once does not request tokens at once. While the token
            endpoint is down the old token stays in use, as long as 30 s remain.
        share_token: False gives this client a token of its own.
        hooks: Is told about calls, retries and token requests: see ``persium_ext.hooks``.

    Raises:
        SettingsError: Names every setting that is missing or wrong.
    """

    _executor: Executor

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
        http_client: httpx.Client | None = None,
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

    def _build(self, config: ClientConfig, http_client: httpx.Client | None = None) -> None:
        self._config, self._http_client, self._owns_connections = config, http_client, True
        self._executor = config.executor(http_client)

    @namespace
    def with_response(self) -> ApiWithResponse:
        """The operations, with their responses: ``persium.with_response.identity.get_me()``.

        They return a ``Typed``: ``value``, ``status_code``, ``headers``, ``request_id`` and
        ``attempts``. Iterators do so for each page, or for each item with the response of its page.
        """
        from ._calls.with_response import with_response  # noqa: PLC0415  # most clients do without

        return ApiWithResponse(with_response(self._executor))

    def download_to(
        self,
        target: str | os.PathLike[str] | IO[bytes],
        *,
        progress: Progress | None = None,
        max_size: int | None = None,
    ) -> ApiWithDownload:
        """The operations, which write the body of their response to *target*.

        They return a ``Download``. *target* is a path in a folder that exists, or a seekable binary
        file at its end: it gets a complete body, or stays as it was. *progress* is called with the
        bytes so far, and those of the body or None; what it raises ends the call. *max_size* is in
        bytes, before and after decompression; ``max_response_size`` has no effect on the file.

        Raises:
            ValueError: *max_size* is wrong. An operation raises it for a wrong *target*.
        """
        from ._calls import download  # noqa: PLC0415  # most clients do without

        destination = download.Destination(given=target, max_size=max_size, progress=progress)
        return ApiWithDownload(download.DownloadExecutor(self._executor, destination))

    def request(
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
        """Send a request that openapi.yaml does not describe yet.

        *path* starts with ``/`` and is appended to the base URL; *params* are added to its query.
        *content* is bytes, text, a file or an iterator of bytes; an iterator is never sent twice.

        Raises:
            ValueError: *path* leads elsewhere, or a header is not for callers to set.
            ApiStatusError: The API answered with an error, or a redirect.
            PersiumError: There was no response, for any other reason.
        """
        body = {"json": json, "content": content, "data": data, "files": files}
        request = {**body, "params": params, "headers": headers}
        return self._executor.send(raw_call(self._executor.options, method, path, request))

    def access_token(self) -> AccessToken:
        """Return a token that is valid for at least 30 s, for use outside this client.

        Raises:
            TokenError: No token could be obtained.
        """
        return self._executor.access_token()

    def close(self) -> None:
        """Close the connections; the token stays with the process."""
        if self._owns_connections:
            self._executor.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
