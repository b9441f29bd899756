"""The sandbox: a server on loopback before what ``_backend`` answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from . import _api, _keycloak
from ._backend import Backend
from ._clients import SandboxClient
from ._issued import TokenJudge
from ._server import Server


class Sandbox(Backend):
    """Keycloak and the API on loopback; ``with Sandbox() as sandbox`` starts and stops it.

    A stopped one can be started again: it keeps its port, clients and tokens.

    Args:
        document: The OpenAPI document as parsed JSON; None takes the packaged one.
        port: Where to listen; 0 takes a free one.
        clients: The clients it knows; the first is *the* client, whose settings ``environ`` has.
            None given: one with a random secret.
        tokens: Who judges the tokens that the API sees; None: those issued here hold.
        clock: Seconds from any start that never go back; judges whether a token has expired.
    """

    def __init__(
        self,
        *,
        document: Mapping[str, object] | None = None,
        port: int = 0,
        clients: Iterable[SandboxClient] = (),
        tokens: TokenJudge | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(document=document, clients=clients, tokens=tokens, clock=clock)
        self._port = port
        self._server: Server | None = None

    def start(self) -> Self:
        """Listen.

        Raises:
            OSError: The port is taken.
            RuntimeError: It is listening already.
        """
        if self._server is not None:
            raise RuntimeError("the sandbox is running already")
        self._stopping.clear()
        self._server = Server(self._reply, port=self._port)
        self._port = self._server.server_port
        return self

    def stop(self) -> None:
        """Close the port and all connections; what is stopped already stays so."""
        if self._server is not None:
            self._stopping.set()
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def token_url(self) -> str:
        """The token endpoint (``TOKEN_URL``)."""
        return self._origin + _keycloak.TOKEN_PATH

    @property
    def api_base_url(self) -> str:
        """Where the API is (``API_BASE_URL``)."""
        return self._origin + _api.BASE_PATH

    @property
    def client_id(self) -> str:
        """The first client (``CLIENT_ID``)."""
        return self.client.client_id

    @property
    def client_secret(self) -> str:
        """Its secret at this moment (``CLIENT_SECRET``)."""
        return self.client.client_secret

    @property
    def environ(self) -> dict[str, str]:
        """The four settings as environment variables."""
        return {
            "TOKEN_URL": self.token_url,
            "API_BASE_URL": self.api_base_url,
            "CLIENT_ID": self.client_id,
            "CLIENT_SECRET": self.client_secret,
        }

    def __repr__(self) -> str:
        return f"<Sandbox at {self._origin}>"
