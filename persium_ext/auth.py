"""``PersiumAuth``: the token, the 401 rule and retries for an HTTP client of your own.

It hands the flow of httpx its requests only; tokens are asked for over a connection of its own, so
that neither event hooks nor ``response.history`` of your client see the secret.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Generator
from functools import cached_property
from typing import Final, Self

import httpx

from . import _assembly
from ._arrival import neutral
from ._assembly import Recipe, rebuild
from ._body import Body
from ._call import Call
from ._clock import wall
from ._executor import AsyncExecutor, Executor
from ._options import pause_after
from ._retry import RetryPolicy
from ._tls import Verify
from ._token_cache import AccessToken
from ._wire import origin
from .settings import Settings, conceal

_RETRY: Final = RetryPolicy()


class PersiumAuth(httpx.Auth):
    """Authenticates an ``httpx.Client`` or ``httpx.AsyncClient`` of yours.

    ``httpx.Client(base_url=…, auth=PersiumAuth())`` shares the process's token, repeats a call
    once after a 401, and tries again after the statuses that ``RetryPolicy`` names. A second 401
    raises ``UnauthorizedError``; every other answer is yours to judge. What an ``httpx.Auth`` never
    gets to see, broken connections, is not retried.

    The arguments are those of ``Persium``; ``http_client`` and ``async_http_client`` are clients
    to ask for tokens with, and must not use this object themselves.

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
    ) -> None:
        secret = conceal(client_secret)
        del client_secret  # no frame of an error may show it
        settings = Settings.resolve(
            token_url=token_url,
            api_base_url=api_base_url,
            client_id=client_id,
            client_secret=secret,
            client_secret_file=client_secret_file,
            scope=scope,
        )
        options = _assembly.options(
            settings, timeout=timeout, deadline=deadline, retry=retry, headers=None, user_agent=None
        )
        recipe = Recipe(
            settings=settings,
            options=options,
            # nobody closes an httpx.Auth, so it leaves no connection behind
            engine=_assembly.engine(settings, verify=verify, proxy=proxy, kept_alive=0),
            share_token=share_token,
            spread_refresh=spread_refresh,
        )
        self._assemble(recipe, http_client, async_http_client)

    def _assemble(
        self,
        recipe: Recipe,
        http_client: httpx.Client | None = None,
        async_http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self._recipe, self._options = recipe, recipe.options
        self._clients = (http_client, async_http_client)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return (rebuild, (type(self), self._recipe.portable(*self._clients)))

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Send *request* with a token; httpx calls this."""
        executor, call, terms = self._sync, self._call(request), self._options.terms()
        while True:
            call.attempts += 1
            token = executor.access_token(terms)
            sent = _with_token(request, token)
            answer = yield sent
            _forget_token(answer, sent, request)
            response = neutral(answer, b"", token)
            if call.refused(response, token):
                executor.tokens.forget(token)
                if call.may_renew:
                    continue
                response = neutral(answer, answer.read(), token)
                raise call.error(response, deadline=None, wall=wall())
            pause = pause_after(call, response, terms)
            if pause is None:
                return
            executor.world.sleep(pause)

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send *request* with a token; httpx calls this."""
        executor, call, terms = self._async, self._call(request), self._options.terms()
        while True:
            call.attempts += 1
            token = await executor.access_token(terms)
            sent = _with_token(request, token)
            answer = yield sent
            _forget_token(answer, sent, request)
            response = neutral(answer, b"", token)
            if call.refused(response, token):
                executor.tokens.forget(token)
                if call.may_renew:
                    continue
                response = neutral(answer, await answer.aread(), token)
                raise call.error(response, deadline=None, wall=wall())
            pause = pause_after(call, response, terms)
            if pause is None:
                return
            await executor.world.sleep(pause)

    @cached_property
    def _sync(self) -> Executor:
        return self._recipe.executor(self._clients[0])

    @cached_property
    def _async(self) -> AsyncExecutor:
        return self._recipe.async_executor(self._clients[1])

    def _call(self, request: httpx.Request) -> Call:
        url = str(request.url)
        home = httpx.URL(self._options.base_url)
        if (request.url.scheme, request.url.host, request.url.port) != (
            home.scheme,
            home.host,
            home.port,
        ):
            raise ValueError(
                f"PersiumAuth sends the token to {origin(self._options.base_url)} only, "
                f"not to {request.url.scheme}://{request.url.host}"
            )
        replayable = isinstance(request.stream, httpx.ByteStream)
        return Call(
            operation=f"{request.method} {request.url.path}",
            method=request.method,
            url=url,
            headers=dict(request.headers),
            body=Body({} if replayable else {"content": iter(())}),
        )


def _with_token(request: httpx.Request, token: AccessToken) -> httpx.Request:
    """Make the request that goes out; the caller's own never carries the token."""
    sent = httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions,
    )
    if isinstance(request.stream, httpx.ByteStream):
        sent.read()  # so that event hooks can look at its content
    sent.headers["Authorization"] = f"Bearer {token.reveal()}"
    return sent


def _forget_token(answer: httpx.Response, sent: httpx.Request, request: httpx.Request) -> None:
    """Lead *answer* back to the caller's *request*: answers are kept, and pickled with theirs."""
    for response in (answer, *answer.history):
        if response.request is sent:
            response.request = request
        else:  # a redirect that the caller's client has followed
            response.request.headers.pop("Authorization", None)
    if answer.next_request is not None:
        answer.next_request.headers.pop("Authorization", None)
