"""An extension of griffe: defaults of arguments as values, and arguments of attrs classes."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from attrs import has
from griffe import Class, Extension, Function, Parameter, ParameterKind, Parameters


class Defaults(Extension):
    """Write ``RetryPolicy(attempts=3, …)`` for ``_RETRY``, and ``104857600`` for a constant."""

    def on_function(self, *, func: Function, **_: Any) -> None:  # noqa: ANN401  # griffe's
        """Replace the defaults of *func* that are names."""
        for parameter in func.parameters:
            name = str(parameter.default)
            if name.isupper() and name != "UNSET":  # which has that name in models
                parameter.default = repr(getattr(import_module(func.module.path), name))

    def on_class_members(self, *, cls: Class, **_: Any) -> None:  # noqa: ANN401  # the same
        """Add the constructor that attrs makes."""
        if "__init__" in cls.members or cls.module.name == "__main__":
            return
        kind = getattr(import_module(cls.module.path), cls.name, None)
        if isinstance(kind, type) and has(kind):
            made = inspect.signature(kind).parameters.values()
            parameters = Parameters(*map(_parameter, made))
            cls.set_member("__init__", Function("__init__", parameters=parameters))


def _parameter(made: inspect.Parameter) -> Parameter:
    required = made.default is made.empty
    return Parameter(
        made.name,
        annotation=made.annotation if isinstance(made.annotation, str) else None,
        kind=ParameterKind[made.kind.name.lower()],
        default=None
        if required
        else "…"
        if "NOTHING" in repr(made.default)
        else repr(made.default),
    )
