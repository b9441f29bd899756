"""The sandbox: servers on loopback in front of ``backend``."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Self

from . import api, keycloak
from .backend import Backend
from .catalogue import FAULTS
from .fault_spec import API, TOKEN, FaultSpec, Stage
from .faults import Fault
from .ports import Ports
from .tokens import SandboxClient, TokenJudge


class Sandbox(Backend):
    """Keycloak and the API on loopback; ``with Sandbox() as sandbox`` starts and stops it.

    A stopped one can be started again: it keeps its ports, clients, tokens and faults.

    Args:
        document: The OpenAPI document as parsed JSON; None: the packaged one.
        port: Where the API listens; 0 chooses a free port.
        token_port: Where the token endpoint listens; 0 chooses a free port; None is *port*, or a
            free one of its own where *port* is 0.
        tls: Speak TLS with this context, which has a certificate for 127.0.0.1.
        clients: The clients it knows; the first is *the* client, whose settings are in
            ``environ``. None given: one with a random secret.
        tokens: Decides which tokens the API accepts; None: those issued here.
        clock: Returns seconds from any start, never fewer; decides whether a token has expired.
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
            self._respond, self._faults, api=port, token=port if token_port is None else token_port
        )
        self._tls = tls

    def start(self) -> Self:
        """Listen.

        Raises:
            OSError: The port is in use.
            RuntimeError: It is listening already.
        """
        self._stopping.clear()
        self._ports.start(self._tls)
        return self

    def stop(self) -> None:
        """Close the ports and all connections; a stopped sandbox stays so."""
        self._stopping.set()
        self._ports.stop()

    def fault(
        self,
        kind: str | FaultSpec,
        *,
        at: str | None = None,
        times: int | None = None,
        **parameters: object,
    ) -> Fault:
        """Let something fail, in one of the ways that ``docs/sandbox.md`` lists.

        >>> with Sandbox() as sandbox, sandbox.fault("stall", at="api", seconds=2) as stall:
        ...     stall.count
        0

        A fault is applied after the response was chosen; of several that concern a request, the
        first one is.

        Args:
            kind: A name in ``FAULTS``, such as ``"reset"``, or a specification of your own.
            at: ``"token"``, ``"api"``, an operationId, or ``"GET /path"``; None: everywhere.
            times: How many requests it is applied to; None: all until it is cleared.
            **parameters: The fault's own.

        Returns:
            A context manager that ends the fault; ``count`` is the number of requests so far.

        Raises:
            LookupError: Fault or place is unknown; the message lists the known ones.
            ValueError: A parameter is unknown, or its value is impossible.
        """
        if isinstance(kind, str) and kind not in FAULTS:
            raise LookupError(f"no fault {kind!r}; there are {', '.join(FAULTS)}")
        spec = FAULTS[kind] if isinstance(kind, str) else kind
        spec.check(parameters, times=times)
        place = spec.place(TOKEN if at == self._document.token_operation else at, self._operations)
        if spec.stage is Stage.PORT and at is not None and self._ports.shared:
            reason = "closes a port, and the endpoints share one: give token_port"
            raise ValueError(f"{spec.name} {reason}")
        fault = Fault(
            spec=spec, at=place, times=times, parameters=parameters, changed=self._ports.sync_ports
        )
        self._faults.add(fault)
        self._ports.apply(fault)
        return fault

    def clear_faults(self) -> None:
        """End every fault; what has begun goes on to its end."""
        self._faults.clear()
        self._ports.sync_ports()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def token_url(self) -> str:
        """The token endpoint (``TOKEN_URL``)."""
        return self._origin(TOKEN) + keycloak.TOKEN_PATH

    @property
    def api_base_url(self) -> str:
        """The base URL of the API (``API_BASE_URL``)."""
        return self._origin(API) + api.BASE_PATH

    @property
    def client_id(self) -> str:
        """The first client (``CLIENT_ID``)."""
        return self.client.client_id

    @property
    def client_secret(self) -> str:
        """Its current secret (``CLIENT_SECRET``)."""
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
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._ports.number(endpoint)}"
