"""The HTTP engine, httpx: the one module that another engine would replace.

It sends a ``Message`` and returns what came of it as a value. No transport error of httpx leaves
it: their tracebacks hold frames, and those frames hold the token.
"""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakSet, finalize

import httpx
from attrs import field, frozen

from ._clock import Deadline
from ._failures import failure
from ._process import lock, reset_in_child
from ._secret import REDACTED
from ._tls import Verify, context
from ._token_cache import AccessToken
from ._wire import Failure, Headers, Message, Outcome, Response
from ._worlds import event_loop
from .errors import SettingsError

Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)
_orphans: list[object] = []
"""What a forked child got from its parent: kept, so that nothing closes the shared sockets."""


@frozen(kw_only=True)
class Engine:
    """How connections are made.

    Attributes:
        verify: Whom to trust: True, False, a path of authorities, or a TLS context.
        proxy: URL of a proxy; None takes ``HTTPS_PROXY`` and the like from the environment.
        kept_alive: Connections that are kept for the next call.
        direct: Hosts that no proxy of the environment is asked for: those of this machine, for
            what goes there may be unencrypted.
    """

    verify: Verify = True
    proxy: str | None = field(default=None, repr=False)
    kept_alive: int = 20
    direct: frozenset[str] = frozenset()

    def start(self, kind: type[Client]) -> Client:
        """Make a client of httpx.

        Raises:
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=self.kept_alive)
        direct = {} if self.proxy else dict.fromkeys(f"all://{host}" for host in self.direct)
        verify = context(self.verify)
        try:
            return kind(verify=verify, proxy=self.proxy, limits=limits, mounts=direct)
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            reason = f"proxy (or HTTPS_PROXY and the like) can't be used: {error}"
        raise SettingsError(reason)


class Transport:
    """Sends messages; connections are made at the first one, and kept."""

    def __init__(self, engine: Engine, client: httpx.Client | None = None) -> None:
        if client is not None and not isinstance(client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not typed
            raise TypeError("http_client has to be an httpx.Client")
        self._engine = engine
        self._given = client
        self._own: httpx.Client | None = None
        self._closed = False
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone."""
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
        client = self._client()
        try:
            request = _request(client, message, token, deadline=deadline, timeout=timeout)
            response = client.send(request, auth=None, follow_redirects=False, stream=True)
            try:
                raw = None if response.is_stream_consumed else bytearray()
                if raw is not None:
                    for chunk in response.iter_raw():
                        raw += chunk
                        if not deadline.remaining:
                            return _too_late(message)
            finally:
                response.close()
            body = _unpacked(response, raw)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return failure(error, origin(message.url), token)
        return neutral(response, body, token)

    def close(self) -> None:
        """Close the connections; a client that was handed in stays open."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    def _client(self) -> httpx.Client:
        _refuse_closed(closed=self._closed)
        client = self._given or self._own
        if client is not None:
            return client
        made = self._engine.start(httpx.Client)
        finalize(self, made.close)
        with lock:  # of two threads that come at once, both use the first's
            self._own = self._own or made
            return self._own


class AsyncTransport:
    """The same for tasks; each event loop has its own connections."""

    def __init__(self, engine: Engine, client: httpx.AsyncClient | None = None) -> None:
        if client is not None and not isinstance(client, httpx.AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not typed
            raise TypeError("http_client has to be an httpx.AsyncClient")
        self._engine = engine
        self._given = client
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
        client = self._client()
        try:
            request = _request(client, message, token, deadline=deadline, timeout=timeout)
            response = await client.send(request, auth=None, follow_redirects=False, stream=True)
            try:
                raw = None if response.is_stream_consumed else bytearray()
                if raw is not None:
                    async for chunk in response.aiter_raw():
                        raw += chunk
            finally:
                await response.aclose()
            body = _unpacked(response, raw)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return failure(error, origin(message.url), token)
        return neutral(response, body, token)

    async def aclose(self) -> None:
        """Close this event loop's connections; a client that was handed in stays open."""
        loop = event_loop()[0]
        self._closed.add(loop)
        client = self._own.pop(loop, None)
        if client is not None:
            await client.aclose()

    def _client(self) -> httpx.AsyncClient:
        loop = event_loop()[0]
        _refuse_closed(closed=loop in self._closed)
        if self._given is not None:
            return self._given
        client = self._own.get(loop)
        if client is None:
            client = self._engine.start(httpx.AsyncClient)
            with lock:
                self._own[loop] = client
        return client


def _refuse_closed(*, closed: bool) -> None:
    if closed:
        raise RuntimeError("this client is closed: make a new one, or close it later")


def _request(
    client: httpx.Client | httpx.AsyncClient,
    message: Message,
    token: AccessToken | None,
    *,
    deadline: Deadline,
    timeout: float | None,
) -> httpx.Request:
    left = deadline.timeout
    limits = [seconds for seconds in (timeout, left) if seconds is not None]
    request = client.build_request(
        message.method,
        message.url,
        headers=message.headers,
        timeout=httpx.Timeout(min(limits, default=None), pool=left),
        **message.options,
    )
    request.headers.pop("Authorization", None)
    if token is not None:
        request.headers["Authorization"] = f"Bearer {token.reveal()}"
    return request


def _unpacked(response: httpx.Response, raw: bytearray | None) -> bytes:
    """Undo gzip and the like, once all is read: an iterator of httpx that is left early leaks.

    A mock's answer comes read and unpacked; *raw* is None then.
    """
    if raw is None:
        return response.content
    return httpx.Response(200, headers=response.headers, content=bytes(raw)).content


def neutral(response: httpx.Response, body: bytes, token: AccessToken | None) -> Response:
    """Translate *response*; an error that quotes the *token* is masked."""
    headers = response.headers.multi_items()
    if token is not None and not response.is_success:
        headers = [(name, token.redact(value)) for name, value in headers]
        body = body.replace(token.reveal().encode(), REDACTED.encode())
    return Response(status_code=response.status_code, headers=Headers(headers), content=body)


def _too_late(message: Message) -> Failure:
    return Failure(reason=f"{origin(message.url)}: the answer came too slowly", timed_out=True)


def origin(url: str) -> str:
    """Scheme, host and port of *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
