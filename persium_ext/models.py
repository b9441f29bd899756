"""The models of the API, and what stands in them: ``from persium_ext import models``.

>>> from persium_ext import models
>>> models.Me.from_dict({...}).label  # doctest: +SKIP

Beside the models there are ``UNSET``, the value of an optional member that is absent (it is false,
and differs from None, which is sent as ``null``), ``Unset``, its type, and ``File``, which holds
the bytes of an upload or a download. The module is imported when it is first used.
"""

from __future__ import annotations

from persium_api import models as _models
from persium_api.facade import amendments as _amendments  # the models are complete with them
from persium_api.models import *  # noqa: F403  # every model of the document
from persium_api.types import UNSET as UNSET  # noqa: PLC0414  # exported
from persium_api.types import File as File  # noqa: PLC0414  # exported
from persium_api.types import Unset as Unset  # noqa: PLC0414  # exported

# Hidden from type checkers, as in errors.
globals()["__all__"] = ["UNSET", "File", "Unset", *_models.__all__, *_amendments.__all__]
