"""``PersiumAuth``: the token, the 401 rule and retries for an HTTP client of your own.

Only API requests pass through the auth flow of httpx. Tokens are requested over other connections,
so that neither event hooks nor ``response.history`` of your client see the secret.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import suppress
from typing import Final, Self

import httpx

from ._calls.body import Body
from ._calls.call import Call
from ._calls.errors import error_of
from ._calls.options import MAX_RESPONSE_SIZE
from ._calls.outcome import delay_after, is_unauthorized
from ._client.config import ClientConfig
from ._client.front import rebuild
from ._http.authenticated import drop_token, remove_token, was_unauthorized, with_token
from ._http.messages import HeaderFields, origin
from ._http.proxies import Proxy
from ._http.response_reader import to_response
from ._http.tls import Verify
from ._retry.policy import RetryPolicy
from ._runtime.clock import now
from .hooks import Hooks
from .settings import conceal

_RETRY: Final = RetryPolicy()


class PersiumAuth(httpx.Auth):
    """Authenticates an ``httpx.Client`` or ``httpx.AsyncClient`` of yours.

    ``httpx.Client(base_url=…, auth=PersiumAuth())`` shares the process's token, repeats a call
    once after a 401, and retries after the statuses that ``RetryPolicy`` names. A second 401 raises
    ``UnauthorizedError``; every other response is returned. Broken connections, which an
    ``httpx.Auth`` never sees, are not retried.

    The arguments are those of ``Persium``; ``http_client`` and ``async_http_client`` are clients
    that send token requests, and must not use this object themselves.

    Raises:
        SettingsError: Names every setting that is missing or wrong.
    """

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
        async_http_client: httpx.AsyncClient | None = None,
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
            http_clients=(http_client, async_http_client),
            share_token=share_token,
            spread_refresh=spread_refresh,
            hooks=hooks,
            max_response_size=MAX_RESPONSE_SIZE,
            keep_alive=False,  # nobody closes an httpx.Auth, so it leaves no connection open
        )
        self._build(config, http_client, async_http_client)

    def _build(
        self,
        config: ClientConfig,
        http_client: httpx.Client | None = None,
        async_http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self._config, self._clients = config, (http_client, async_http_client)
        self._sync = config.executor(http_client)
        self._async = config.async_executor(async_http_client)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return (rebuild, (type(self), self._config.portable(*self._clients)))

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Send *request* with a token; httpx calls this."""
        executor, call = self._sync, self._call(request)
        limits = executor.limits()
        while True:
            call.attempts += 1
            token = call.token = executor.access_token(limits)
            sent = with_token(request, token.value)
            received = None
            with suppress(GeneratorExit):  # an event hook raised, or there is no response
                received = yield sent
            if received is None:
                if was_unauthorized(sent):
                    executor.tokens.invalidate(token)
                drop_token(sent)
                return
            remove_token(received, sent, request)
            response = to_response(received, b"", token.value)
            if is_unauthorized(response):
                call.record_unauthorized(response)
                executor.tokens.invalidate(token)
                if call.may_reauthenticate:
                    continue
                response = to_response(received, received.read(), token.value)
                raise error_of(call, response, deadline=None, wall=now().wall)
            delay = delay_after(call, response, limits)
            if delay is None:
                return
            executor.backend.sleep(delay)

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send *request* with a token; httpx calls this."""
        executor, call = self._async, self._call(request)
        limits = executor.limits()
        while True:
            call.attempts += 1
            token = call.token = await executor.access_token(limits)
            sent = with_token(request, token.value)
            received = None
            with suppress(GeneratorExit):  # an event hook raised, or there is no response
                received = yield sent
            if received is None:
                if was_unauthorized(sent):
                    executor.tokens.invalidate(token)
                drop_token(sent)
                return
            remove_token(received, sent, request)
            response = to_response(received, b"", token.value)
            if is_unauthorized(response):
                call.record_unauthorized(response)
                executor.tokens.invalidate(token)
                if call.may_reauthenticate:
                    continue
                response = to_response(received, await received.aread(), token.value)
                raise error_of(call, response, deadline=None, wall=now().wall)
            delay = delay_after(call, response, limits)
            if delay is None:
                return
            await executor.backend.sleep(delay)

    def _call(self, request: httpx.Request) -> Call:
        url = str(request.url)
        base = httpx.URL(self._config.options.base_url)
        if (request.url.scheme, request.url.host, request.url.port) != (
            base.scheme,
            base.host,
            base.port,
        ):
            raise ValueError(
                f"PersiumAuth sends the token to {origin(str(base))} only, "
                f"not to {request.url.scheme}://{request.url.host}"
            )
        replayable = isinstance(request.stream, httpx.ByteStream)
        return Call(
            operation=f"{request.method} {request.url.path}",
            method=request.method,
            url=url,
            headers=HeaderFields(request.headers),
            body=None if replayable else Body({"content": iter(())}),
        )
