"""The operations of the API as values, for those who choose one by its name."""

from __future__ import annotations

import sys
from typing import Any

from persium_api.facade import Api, Operation
from persium_api.facade._operation import namespace


def operations() -> dict[str, Operation[Any]]:
    """Return every operation of the API by its operationId."""
    spaces = [getattr(Api, name) for name, kind in vars(Api).items() if isinstance(kind, namespace)]
    return {
        found.operation_id: found
        for space in spaces
        for found in vars(sys.modules[space.__module__]).values()
        if isinstance(found, Operation)
    }
