"""The Python SDK of the Persium API: a typed client with a credential cache and a retry policy.

>>> from persium_ext import Persium
>>> with Persium() as persium:  # doctest: +SKIP
...     print(persium.identity.get_me().label)
"""

from __future__ import annotations

from . import errors as _errors
from ._retry import RetryPolicy
from ._token_cache import AccessToken
from ._version import VERSION as __version__  # noqa: N811  # the name that tools look for
from ._wire import Response
from .auth import PersiumAuth
from .client import AsyncPersium, Persium
from .errors import *  # noqa: F403  # every error, the generated ones too

__all__: list[str] = [
    "AccessToken",
    "AsyncPersium",
    "Persium",
    "PersiumAuth",
    "Response",
    "RetryPolicy",
    "__version__",
]
__all__ += _errors.__all__
