"""Calls hooks: whatever one of them does, the call goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Final, TypeVar

from .log import first_time, log

T = TypeVar("T")
R = TypeVar("R")
_RAISED: Final = "the hook %(hook)s raised an exception: it is ignored"


def tell(hook: Callable[[T], R], value: T, *, name: str | None = None) -> R | None:
    """Call *hook* with *value*; an exception is logged once for each *name*, and None returned."""
    try:
        return hook(value)
    except Exception:  # noqa: BLE001  # a function of the user raises anything
        name = name or getattr(hook, "__qualname__", type(hook).__qualname__)
        if first_time(f"hook {name}"):
            log(logging.WARNING, "hook_failed", _RAISED, exc_info=True, hook=name)
        return None


class Scope:
    """The context that a hook returns; neither its start nor its end can fail."""

    def __init__(self, hook: Callable[[T], AbstractContextManager[object]], value: T) -> None:
        context = tell(hook, value)
        self._name = type(context).__qualname__
        entered = context is not None and tell(_enter, context, name=self._name)
        self._context = context if entered else None

    def leave(self, error: BaseException | None) -> None:
        """Leave the context; it learns of the *error*, and can't suppress it."""
        if self._context is not None:
            tell(partial(_leave, error=error), self._context, name=self._name)


def _enter(context: AbstractContextManager[object]) -> bool:
    context.__enter__()
    return True


def _leave(context: AbstractContextManager[object], *, error: BaseException | None) -> None:
    if error is None:
        context.__exit__(None, None, None)
    else:
        context.__exit__(type(error), error, error.__traceback__)
