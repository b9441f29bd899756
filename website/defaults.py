"""An extension of griffe: a default that is a name is shown as its value."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from griffe import Extension, Function


class Defaults(Extension):
    """Write ``RetryPolicy(attempts=3, …)`` for ``_RETRY``, and ``104857600`` for a constant."""

    def on_function(self, *, func: Function, **_: Any) -> None:  # noqa: ANN401  # griffe's
        """Replace the defaults of *func*."""
        for parameter in func.parameters:
            name = str(parameter.default)
            if name.isupper() and name != "UNSET":  # which has that name in models
                parameter.default = repr(getattr(import_module(func.module.path), name))
