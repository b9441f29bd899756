"""What an observer of a sandbox learns about each request: ``Sandbox.observe``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .messages import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A request to the token endpoint or the API; it holds the secret or the token that was sent.

    Attributes:
        endpoint: ``"token"`` or ``"api"``.
        operation: Its operationId, or ``"GET /path"``.
        received: Seconds of ``time.monotonic()``.
        responded: The same; a delay of the sandbox is over then.
        request: The request.
        chosen: The response before a fault changed it.
        sent: The response that is sent, unless its ``fault`` does otherwise.
        fault: The kind of the fault that was applied, or None.
    """

    endpoint: str
    operation: str
    received: float
    responded: float
    request: Request = field(repr=False)
    chosen: Response = field(repr=False)
    sent: Response = field(repr=False)
    fault: str | None


Observer = Callable[[Observation], None]
