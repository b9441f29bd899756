"""The responses of the sandbox as a function of the request: clients, tokens and the document."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import Final

from . import api, keycloak
from .document import Document
from .exchange import Exchange, exchange
from .fault_spec import API, TOKEN
from .faults import Faults
from .messages import Request, Response, json_response
from .observer import Observation, Observer
from .tokens import IssuedTokens, SandboxClient, TokenJudge

_KEPT: Final = 1_000


class Backend:
    """Keycloak and the API without a socket; ``Sandbox`` puts servers in front of it.

    Attributes:
        client: The first client.
        token_life: Seconds that a new token is valid for.
        token_delay: Seconds between choosing the response to a token request and sending it.
        api_delay: The same for the API.
    """

    def __init__(
        self,
        *,
        document: Mapping[str, object] | None,
        clients: Iterable[SandboxClient],
        tokens: TokenJudge | None,
        clock: Callable[[], float],
    ) -> None:
        self.token_life: float = 300
        self.token_delay: float = 0
        self.api_delay: float = 0
        self._document = Document.packaged() if document is None else Document(dict(document))
        known = list(clients) or [SandboxClient(client_id="acme-corp-sandbox")]
        self.client = known[0]
        self._clients = {client.client_id: client for client in known}
        self._tokens = IssuedTokens(clock)
        self._judge: TokenJudge = tokens or self._tokens
        self._requests: Counter[str] = Counter()
        self._exchanges: deque[Exchange] = deque(maxlen=_KEPT)
        self._prepared: dict[str, Iterator[Response]] = {}
        self._lock = threading.Lock()
        self._faults = Faults()
        self._stopping = threading.Event()
        self._observers: list[Observer] = []

    def add_client(
        self,
        client_id: str,
        *,
        all_organisations: bool = False,
        enabled: bool = True,
        service_account: bool = True,
    ) -> SandboxClient:
        """Add a client, with a random secret."""
        client = SandboxClient(
            client_id=client_id,
            all_organisations=all_organisations,
            enabled=enabled,
            service_account=service_account,
        )
        self._clients[client_id] = client
        return client

    def revoke_tokens(self, client_id: str | None = None) -> None:
        """Revoke every token that was issued so far, or those of one client."""
        self._tokens.revoke(client_id)

    def answer(
        self,
        operation: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        times: int | None = 1,
    ) -> None:
        """Prepare the next responses of an operation, whatever token is sent.

        Args:
            operation: Its operationId (``requestToken`` is the token endpoint), or
                ``"GET /path"`` for one that is not in the document.
            status: The HTTP status.
            headers: The header fields; ``Content-Length`` is added.
            body: Bytes are sent as they are, None is no body, all else becomes JSON.
            times: How many requests get it; None: all until ``clear_answers()``.

        Raises:
            LookupError: There is no such operation.
            TypeError: JSON can't represent *body*.
        """
        if operation not in self._operations and " " not in operation:
            known = ", ".join(sorted(self._operations))
            raise LookupError(f"no operation {operation!r}; there are {known}")
        if body is None or isinstance(body, bytes):
            response = Response(status=status, headers=dict(headers or {}), body=body or b"")
        else:
            response = json_response(status, body, headers)
        more = repeat(response) if times is None else repeat(response, times)
        with self._lock:
            self._prepared[operation] = chain(self._prepared.get(operation, ()), more)

    def clear_answers(self) -> None:
        """Forget the prepared responses that were not requested."""
        with self._lock:
            self._prepared.clear()

    def observe(self, observer: Observer) -> None:
        """Call *observer* in the thread of each request, before its response is sent."""
        self._observers.append(observer)

    @property
    def _operations(self) -> set[str]:
        documented = {operation.operation_id for operation in self._document.operations}
        return documented | {self._document.token_operation}

    @property
    def token_requests(self) -> int:
        """How many requests the token endpoint had, refused ones included."""
        return self._requests[self._document.token_operation]

    @property
    def api_requests(self) -> int:
        """How many requests the API had, refused ones included."""
        return self.operation_requests.total() - self.token_requests

    @property
    def operation_requests(self) -> Counter[str]:
        """How many requests each operation had; ``"GET /path"`` is one that is not documented."""
        with self._lock:
            return Counter(self._requests)

    @property
    def tokens_issued(self) -> int:
        """How many tokens were issued."""
        return self._tokens.count

    @property
    def exchanges(self) -> list[Exchange]:
        """The last 1,000 requests that were responded to, oldest first; credentials are masked."""
        with self._lock:
            return list(self._exchanges)

    def _respond(self, request: Request) -> Response:
        received = time.monotonic()
        if keycloak.is_token_path(request.path):
            operation, chosen = self._respond_to_token_request(request)
            endpoint, delay = TOKEN, self.token_delay
        elif request.path.startswith(f"{api.BASE_PATH}/"):
            operation, chosen = self._respond_to_call(request)
            endpoint, delay = API, self.api_delay
        else:
            response = keycloak.elsewhere(request)
            self._record(request, response, confidential=True)
            return response
        self._stopping.wait(delay)
        fault = self._faults.next(endpoint, operation)
        sent = chosen if fault is None else fault.apply(request, chosen)
        self._record(request, sent, confidential=endpoint == TOKEN)
        for observer in self._observers:
            observer(
                Observation(
                    endpoint=endpoint,
                    operation=operation,
                    received=received,
                    responded=time.monotonic(),
                    request=request,
                    chosen=chosen,
                    sent=sent,
                    fault=None if fault is None else fault.kind,
                )
            )
        return sent

    def _record(self, request: Request, response: Response, *, confidential: bool) -> None:
        record = exchange(request, response.status, confidential=confidential)
        with self._lock:
            self._exchanges.append(record)

    def _respond_to_token_request(self, request: Request) -> tuple[str, Response]:
        operation, life = self._document.token_operation, self.token_life
        return operation, self._count(operation) or keycloak.respond(
            request,
            clients=self._clients,
            issue=lambda client: self._tokens.issue(client, life=life),
            life=int(life),
        )

    def _respond_to_call(self, request: Request) -> tuple[str, Response]:
        found = api.operation_at(self._document, request)
        if isinstance(found, Response):
            operation = f"{request.method} {request.path.removeprefix(api.BASE_PATH)}"
        else:
            operation = found.operation_id
        if prepared := self._count(operation):
            return operation, prepared
        if isinstance(found, Response):
            return operation, found
        return operation, api.respond(request, found, self._judge)

    def _count(self, operation: str) -> Response | None:
        """Count a request; return the response that was prepared for it, if there is one."""
        with self._lock:
            self._requests[operation] += 1
            return next(self._prepared.get(operation, iter(())), None)
