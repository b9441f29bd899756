"""The responses of the sandbox as a function of the request: clients, tokens and the document."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from . import api, keycloak
from .clients import SandboxClient
from .document import Document
from .fault_spec import API, TOKEN
from .faults import Faults
from .issued import IssuedTokens, TokenJudge
from .journal import Exchange, Journal
from .messages import Request, Response
from .scripted import Script, scripted_response


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
        self._journal = Journal()
        self._script = Script()
        self._faults = Faults()
        self._stopping = threading.Event()

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
        """
        if operation not in self._operations and " " not in operation:
            known = ", ".join(sorted(self._operations))
            raise LookupError(f"no operation {operation!r}; there are {known}")
        self._script.add(operation, scripted_response(status, headers, body), times=times)

    def clear_answers(self) -> None:
        """Forget the prepared responses that were not requested."""
        self._script.clear()

    @property
    def _operations(self) -> set[str]:
        documented = {operation.operation_id for operation in self._document.operations}
        return documented | {self._document.token_operation}

    @property
    def token_requests(self) -> int:
        """How many requests the token endpoint had, refused ones included."""
        return self._journal.operations[self._document.token_operation]

    @property
    def api_requests(self) -> int:
        """How many requests the API had, refused ones included."""
        return self._journal.operations.total() - self.token_requests

    @property
    def operation_requests(self) -> Counter[str]:
        """How many requests each operation had; ``"GET /path"`` is one that is not documented."""
        return self._journal.operations

    @property
    def tokens_issued(self) -> int:
        """How many tokens were issued."""
        return self._tokens.count

    @property
    def exchanges(self) -> list[Exchange]:
        """The last 1,000 requests that were responded to, oldest first; credentials are masked."""
        return self._journal.exchanges

    def _respond(self, request: Request) -> Response:
        places: tuple[str, ...] = ()
        if keycloak.is_token_path(request.path):
            operation, response = self._respond_to_token_request(request)
            places, delay = (TOKEN, operation), self.token_delay
        elif request.path.startswith(f"{api.BASE_PATH}/"):
            operation, response = self._respond_to_call(request)
            places, delay = (API, operation), self.api_delay
        else:
            response, delay = keycloak.elsewhere(request), 0
        self._stopping.wait(delay)
        fault = self._faults.next(*places) if places else None
        if fault is not None:
            response = fault.apply(request, response)
        self._journal.responded(request, response.status, confidential=API not in places)
        return response

    def _respond_to_token_request(self, request: Request) -> tuple[str, Response]:
        operation = self._document.token_operation
        self._journal.received(operation)
        life = self.token_life
        return operation, self._script.take(operation) or keycloak.respond(
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
        self._journal.received(operation)
        if scripted := self._script.take(operation):
            return operation, scripted
        if isinstance(found, Response):
            return operation, found
        return operation, api.respond(request, found, self._judge)
