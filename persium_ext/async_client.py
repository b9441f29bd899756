"""``AsyncPersium``, the client for asyncio and trio: the twin of ``Persium`` in ``client``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve
from persium_api import AuthenticatedClient
from persium_api.facade import AsyncApi

from . import _assembly
from ._assembly import KEEP, Keep, Recipe, rebuild
from ._executor import AsyncExecutor
from ._generated import client_for
from ._options import MAX_RESPONSE_SIZE
from ._retry import RetryPolicy
from ._tls import Verify
from ._token_cache import AccessToken
from ._wire import Response
from .settings import Settings, conceal

if TYPE_CHECKING:
    import httpx

_RETRY = RetryPolicy()


class AsyncPersium(AsyncApi):
    """The Persium API, for tasks of asyncio and trio.

    Takes what ``Persium`` takes; ``http_client`` is an ``httpx.AsyncClient``. One object serves
    any number of event loops, one after another and at once; each has its own connections.
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
            settings,
            timeout=timeout,
            deadline=deadline,
            retry=retry,
            headers=headers,
            user_agent=user_agent,
            max_response_size=max_response_size,
        )
        recipe = Recipe(
            settings=settings,
            options=options,
            engine=_assembly.engine(settings, verify=verify, proxy=proxy),
            share_token=share_token,
            spread_refresh=spread_refresh,
        )
        self._assemble(recipe, http_client)

    def _assemble(self, recipe: Recipe, http_client: httpx.AsyncClient | None = None) -> None:
        self._recipe, self._given, self._owner = recipe, http_client, True
        super().__init__(recipe.async_executor(http_client))

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        content: Any = None,  # noqa: ANN401  # bytes, text, a file or an iterator of bytes
        data: Mapping[str, Any] | None = None,
        files: Any = None,  # noqa: ANN401  # what httpx takes
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request that openapi.yaml does not describe yet; see ``Persium.request``."""
        given = _assembly.given(
            params=params, json=json, content=content, data=data, files=files, headers=headers
        )
        return await self._executor.send(self._executor.options.raw_call(method, path, given))

    async def access_token(self) -> AccessToken:
        """Return a token with at least 30 s to live, for use outside this client.

        Raises:
            TokenError: None could be had.
        """
        return await self._executor.access_token()

    def with_options(
        self,
        *,
        timeout: float | Keep | None = KEEP,  # an option, not this call's
        deadline: float | Keep | None = KEEP,
        retry: RetryPolicy | Keep = KEEP,
        headers: Mapping[str, str] | Keep = KEEP,
        max_response_size: int | Keep | None = KEEP,
    ) -> Self:
        """Return a copy with other options; see ``Persium.with_options``."""
        options = _assembly.changed(
            self._executor.options,
            timeout=timeout,
            deadline=deadline,
            retry=retry,
            headers=headers,
            max_response_size=max_response_size,
        )
        copy = object.__new__(type(self))
        AsyncApi.__init__(copy, self._executor.with_options(options))
        copy._recipe, copy._given, copy._owner = self._recipe, self._given, False
        return copy

    @cached_property
    def generated(self) -> AuthenticatedClient:
        """For the generator's own functions: ``get_me.asyncio_detailed(client=…)``."""
        return client_for(self._executor)

    async def aclose(self) -> None:
        """Close the connections of this event loop; the token stays with the process."""
        if self._owner:
            await self._executor.transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        executor = getattr(self, "_executor", None)  # none in a frame where making it failed
        place = executor.options.base_url if executor else "not made"
        return f"{type(self).__name__}(api_base_url={place!r})"

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        return self.with_options()

    def __reduce__(self) -> tuple[object, ...]:
        recipe = evolve(self._recipe, options=self._executor.options)
        return (rebuild, (type(self), recipe.portable(self._given)))
