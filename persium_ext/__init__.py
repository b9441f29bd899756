"""The Python SDK of the Persium API: a typed client with a credential cache and a retry policy.

>>> from persium_ext import Persium
>>> with Persium() as persium:  # doctest: +SKIP
...     print(persium.identity.get_me().label)

A name is imported when it is first used (PEP 562): ``import persium_ext`` alone costs little.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from persium_api.facade import Download as Download
    from persium_api.facade import Typed as Typed

    from . import errors as errors
    from . import hooks as hooks
    from . import models as models
    from . import settings as settings
    from ._http.messages import Response as Response
    from ._retry.policy import RetryPolicy as RetryPolicy
    from ._tokens.access_token import AccessToken as AccessToken
    from .async_client import AsyncPersium as AsyncPersium
    from .auth import PersiumAuth as PersiumAuth
    from .client import Persium as Persium
    from .errors import *  # noqa: F403  # every error, the generated ones too
    from .hooks import CallEvent as CallEvent
    from .hooks import Hooks as Hooks
    from .hooks import RetryEvent as RetryEvent
    from .hooks import TokenEvent as TokenEvent

__version__: str

_MODULES = {
    "AccessToken": "persium_ext._tokens.access_token",
    "AsyncPersium": "persium_ext.async_client",
    "CallEvent": "persium_ext.hooks",
    "Download": "persium_api.facade",
    "Hooks": "persium_ext.hooks",
    "Persium": "persium_ext.client",
    "PersiumAuth": "persium_ext.auth",
    "Response": "persium_ext._http.messages",
    "RetryEvent": "persium_ext.hooks",
    "RetryPolicy": "persium_ext._retry.policy",
    "TokenEvent": "persium_ext.hooks",
    "Typed": "persium_api.facade",
    "__version__": "persium_ext._version",
}
"""Where each name is; what is not here is an error."""
_SUBMODULES = {"errors", "hooks", "models", "settings"}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # of every kind
    if name in _SUBMODULES:
        return import_module(f"persium_ext.{name}")
    if name == "__all__":
        found: object = [*_MODULES, *_errors()]
    elif name in _MODULES:
        found = getattr(import_module(_MODULES[name]), name)
    elif not name.startswith("_") and name in _errors():
        found = getattr(import_module("persium_ext.errors"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, *_SUBMODULES, *_errors()})


def _errors() -> list[str]:
    names: list[str] = vars(import_module("persium_ext.errors"))["__all__"]
    return names
