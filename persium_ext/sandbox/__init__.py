"""Keycloak's token endpoint and the Persium API, played on loopback.

>>> from persium_ext.sandbox import Sandbox
>>> with Sandbox() as sandbox:
...     sandbox.token_requests
0

It knows the API from the packaged OpenAPI document: each operation answers with its documented
example, so a new one is served without a change here. Standard library only.
"""

from __future__ import annotations

from ._catalogue import FAULTS
from ._clients import SandboxClient
from ._fault_kind import FaultKind
from ._faults import Fault
from ._issued import TokenJudge, TokenRefusal
from ._journal import Exchange
from ._sandbox import Sandbox

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
