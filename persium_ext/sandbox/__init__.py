"""A sandbox for users: Keycloak's token endpoint and the Persium API, on loopback.

>>> from persium_ext.sandbox import Sandbox
>>> with Sandbox() as sandbox:
...     sandbox.token_requests
0

It responds as Keycloak does to a client, serves the API from the examples in the OpenAPI document,
and simulates the faults that a user's own code has to survive (``FAULTS``; a ``FaultSpec`` of your
own is accepted too). Standard library only. From a request to its response::

    ports > server > wire       sockets: bytes to a request, a response to bytes
            backend             which endpoint; counters, prepared responses, faults
            keycloak | api      the token endpoint | the API, by its OpenAPI document
"""

from __future__ import annotations

from .catalogue import FAULTS
from .exchange import Exchange
from .fault_spec import FaultSpec
from .faults import Fault
from .sandbox import Sandbox
from .tokens import SandboxClient, TokenJudge, TokenRefusal

__all__ = [
    "FAULTS",
    "Exchange",
    "Fault",
    "FaultSpec",
    "Sandbox",
    "SandboxClient",
    "TokenJudge",
    "TokenRefusal",
]
