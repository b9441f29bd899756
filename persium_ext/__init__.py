"""The Python SDK of the Persium API: a typed client with a credential cache and a retry policy.

>>> from persium_ext import Persium
>>> with Persium() as persium:  # doctest: +SKIP
...     print(persium.identity.get_me().label)
"""

from __future__ import annotations

from persium_api.facade import Download as Download
from persium_api.facade import Typed as Typed

from . import errors as _errors
from . import models as models
from ._http.messages import Response as Response
from ._retry.policy import RetryPolicy as RetryPolicy
from ._tokens.access_token import AccessToken as AccessToken
from ._version import VERSION
from .async_client import AsyncPersium as AsyncPersium
from .auth import PersiumAuth as PersiumAuth
from .client import Persium as Persium
from .errors import *  # noqa: F403  # every error, the generated ones too

__version__ = VERSION

# Hidden from type checkers, as in errors.
globals()["__all__"] = [
    "AccessToken",
    "AsyncPersium",
    "Download",
    "Persium",
    "PersiumAuth",
    "Response",
    "RetryPolicy",
    "Typed",
    "__version__",
    *vars(_errors)["__all__"],
]
