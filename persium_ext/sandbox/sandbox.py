"""The sandbox: servers on loopback before what ``backend`` answers."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from . import api, keycloak
from .backend import Backend
from .catalogue import kind_named
from .clients import SandboxClient
from .fault_spec import Stage
from .faults import API, TOKEN, Fault, place_of
from .issued import TokenJudge
from .ports import Ports


class Sandbox(Backend):
    """Keycloak and the API on loopback; ``with Sandbox() as sandbox`` starts and stops it.

    A stopped one can be started again: it keeps its ports, clients, tokens and faults.

    Args:
        document: The OpenAPI document as parsed JSON; None takes the packaged one.
        port: Where the API listens; 0 takes a free one.
        token_port: Where the token endpoint listens; 0 takes a free one; None is *port*, or a free
            one of its own where *port* is 0.
        tls: Speak TLS with this context, which has a certificate for 127.0.0.1.
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
        token_port: int | None = None,
        tls: ssl.SSLContext | None = None,
        clients: Iterable[SandboxClient] = (),
        tokens: TokenJudge | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(document=document, clients=clients, tokens=tokens, clock=clock)
        self._ports = Ports(
            self._reply, self._faults, api=port, token=port if token_port is None else token_port
        )
        self._tls = tls

    def start(self) -> Self:
        """Listen.

        Raises:
            OSError: The port is taken.
            RuntimeError: It is listening already.
        """
        self._stopping.clear()
        self._ports.start(self._tls)
        return self

    def stop(self) -> None:
        """Close the ports and all connections; what is stopped already stays so."""
        self._stopping.set()
        self._ports.stop()

    def fault(
        self, kind: str, *, at: str | None = None, times: int | None = None, **parameters: object
    ) -> Fault:
        """Let something go wrong, in one of the ways that ``docs/sandbox.md`` lists.

        >>> with Sandbox() as sandbox, sandbox.fault("stall", at="api", seconds=2) as stall:
        ...     stall.count
        0

        It strikes after the answer is decided. Of several faults that fit, the first one strikes.

        Args:
            kind: Its name, such as ``"reset"``.
            at: ``"token"``, ``"api"``, an operationId, or ``"GET /path"``; None: everywhere.
            times: How often it strikes; None: until it is cleared.
            **parameters: What else it takes.

        Returns:
            A context manager that ends the fault; its ``count`` says how often it struck.

        Raises:
            LookupError: There is no such fault, or nothing that *at* means; the message lists them.
            ValueError: It takes no such parameter, or not with that value.
        """
        row = kind_named(kind)
        row.check(parameters, times=times)
        place = place_of(
            row,
            at,
            operations=self._operations,
            token_operation=self._document.token_operation,
            shared=self._ports.shared,
        )
        fault = Fault(
            row,
            at=place,
            times=times,
            parameters=parameters,
            changed=self._ports.settle,
        )
        self._faults.add(fault)
        self._ports.strike(fault)
        return fault

    def clear_faults(self) -> None:
        """End every fault; what has begun goes on to its end."""
        self._faults.clear()
        self._ports.settle()

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
    def token_url(self) -> str:
        """The token endpoint (``TOKEN_URL``)."""
        return self._origin(TOKEN) + keycloak.TOKEN_PATH

    @property
    def api_base_url(self) -> str:
        """Where the API is (``API_BASE_URL``)."""
        return self._origin(API) + api.BASE_PATH

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
        return f"<Sandbox at {self._origin(API)}>"

    def _origin(self, endpoint: str) -> str:
        spoken = self._tls is not None or self._faults.hold(Stage.CONNECTION, endpoint)
        return f"{'https' if spoken else 'http'}://127.0.0.1:{self._ports.number(endpoint)}"
