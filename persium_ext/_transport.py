"""The HTTP engine, httpx: the one module that another engine would replace.

It sends a ``Message`` and returns what came of it as a value. No transport error of httpx leaves
it: their tracebacks hold frames, and those frames hold the token.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary, WeakSet, finalize

import httpx

from ._arrival import CODINGS, Arrival
from ._clock import Deadline
from ._engine import Engine, async_bare, bare
from ._failures import failure
from ._process import lock, reset_in_child
from ._timed import kept
from ._token_cache import AccessToken
from ._wire import Failure, Message, Outcome, merged, origin
from ._worlds import event_loop, is_over

_orphans: list[object] = []
"""What a forked child got from its parent: kept, so that nothing closes the shared sockets."""


class Transport:
    """Sends messages; connections are made at the first one, and kept."""

    def __init__(self, engine: Engine, client: httpx.Client | None = None) -> None:
        if client is not None and not isinstance(client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not typed
            raise TypeError("http_client has to be an httpx.Client")
        self._engine = engine
        self._given = client
        self._bare = client and bare(client)
        self._own: httpx.Client | None = None
        self._at_end: finalize[..., Any] | None = None
        self._closed = False
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone, at the end of the process too."""
        if self._at_end is not None:
            self._at_end.detach()  # a thread of the parent may have held a lock of its pool
        _orphans.append(self._own)
        self._own = None

    def send(
        self,
        message: Message,
        *,
        deadline: Deadline,
        timeout: float | None,
        token: AccessToken | None = None,
    ) -> Outcome:
        """Send *message* with *token*; every network operation may take *timeout* seconds."""
        client, arrival = self._client(message), Arrival(message)
        try:
            with kept(deadline):
                request = _request(self._given or client, message, token, deadline, timeout)
                response = client.send(request, auth=None, follow_redirects=False, stream=True)
                try:
                    if arrival.begins(response):
                        for chunk in response.iter_raw():
                            if not deadline.remaining:  # a client that was handed in keeps none
                                return _too_late(message)
                            if not arrival.take(chunk):
                                break
                finally:
                    response.close()
            return arrival.outcome(response, token)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return failure(error, origin(message.url), token)

    def close(self) -> None:
        """Close the connections; a client that was handed in stays open."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    def _client(self, message: Message) -> httpx.Client:
        _refuse_closed(closed=self._closed)
        if self._given and self._bare:
            return self._bare if message.confidential else self._given
        if self._own is not None:
            return self._own
        made = self._engine.start(httpx.Client)
        with lock:  # of two threads that come at once, both use the first's
            if self._own is None:
                self._own, self._at_end = made, finalize(self, made.close)
            return self._own


class AsyncTransport:
    """The same for tasks; each event loop has its own connections."""

    def __init__(self, engine: Engine, client: httpx.AsyncClient | None = None) -> None:
        if client is not None and not isinstance(client, httpx.AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not typed
            raise TypeError("http_client has to be an httpx.AsyncClient")
        self._engine = engine
        self._given = client
        self._bare = client and async_bare(client)
        self._own: WeakKeyDictionary[object, httpx.AsyncClient] = WeakKeyDictionary()
        self._closed: WeakSet[object] = WeakSet()
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone."""
        _orphans.append(self._own)
        self._own = WeakKeyDictionary()

    async def send(
        self,
        message: Message,
        *,
        deadline: Deadline,
        timeout: float | None,  # noqa: ASYNC109  # one network operation's; the call has a deadline
        token: AccessToken | None = None,
    ) -> Outcome:
        """Send *message* with *token*; every network operation may take *timeout* seconds."""
        client, arrival = self._client(message), Arrival(message)
        try:
            request = _request(self._given or client, message, token, deadline, timeout)
            response = await client.send(request, auth=None, follow_redirects=False, stream=True)
            try:
                if arrival.begins(response):
                    async for chunk in response.aiter_raw():
                        if not arrival.take(chunk):
                            await _hang_up(response)
            finally:
                await response.aclose()
            return arrival.outcome(response, token)
        except (httpx.TransportError, httpx.DecodingError) as error:
            if arrival.too_long:
                return arrival.refusal
            return failure(error, origin(message.url), token)

    async def aclose(self) -> None:
        """Close this event loop's connections; a client that was handed in stays open."""
        loop = event_loop()[0]
        self._closed.add(loop)
        with lock:
            client = self._own.pop(loop, None)
        if client is not None:
            await client.aclose()

    def _client(self, message: Message) -> httpx.AsyncClient:
        loop = event_loop()[0]
        _refuse_closed(closed=loop in self._closed)
        if self._given and self._bare:
            return self._bare if message.confidential else self._given
        client = self._own.get(loop)
        if client is None:
            client = self._engine.start(httpx.AsyncClient)
            with lock:
                self._drop_what_is_over()
                self._own[loop] = client
        return client

    def _drop_what_is_over(self) -> None:
        """Let go of loops that ended without ``aclose``: their connections hold them."""
        for loop in [loop for loop in self._own if is_over(loop)]:
            del self._own[loop]


def _refuse_closed(*, closed: bool) -> None:
    if closed:
        raise RuntimeError("this client is closed: make a new one, or close it later")


def _request(
    client: httpx.Client | httpx.AsyncClient,
    message: Message,
    token: AccessToken | None,
    deadline: Deadline,
    timeout: float | None,
) -> httpx.Request:
    left = deadline.timeout
    limits = [seconds for seconds in (timeout, left) if seconds is not None]
    request = client.build_request(
        message.method,
        message.url,
        headers=merged({"Accept-Encoding": ", ".join(CODINGS)}, message.headers),
        timeout=httpx.Timeout(min(limits, default=None), pool=left),
        **message.options,
    )
    request.headers.pop("Authorization", None)
    if token is not None:
        request.headers["Authorization"] = f"Bearer {token.reveal()}"
    return request


async def _hang_up(response: httpx.Response) -> None:
    """Break off what is still to come: an iterator of httpx that is left early leaks."""
    stream = response.extensions.get("network_stream")
    if stream is not None:
        await stream.aclose()


def _too_late(message: Message) -> Failure:
    return Failure(reason=f"{origin(message.url)}: the answer came too slowly", timed_out=True)
