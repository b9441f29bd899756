"""Keycloak's token endpoint and the Persium API, played on loopback.

>>> from persium_ext.sandbox import Sandbox
>>> with Sandbox() as sandbox:
...     sandbox.token_requests
0

It knows the API from the packaged OpenAPI document: each operation answers with its documented
example, so a new one is served without a change here. Standard library only.
"""

from __future__ import annotations

from .catalogue import FAULTS
from .clients import SandboxClient
from .fault_spec import FaultKind
from .faults import Fault
from .issued import TokenJudge, TokenRefusal
from .journal import Exchange
from .sandbox import Sandbox

__all__ = [
    "FAULTS",
    "Exchange",
    "Fault",
    "FaultKind",
    "Sandbox",
    "SandboxClient",
    "TokenJudge",
    "TokenRefusal",
]
