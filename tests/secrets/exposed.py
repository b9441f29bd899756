"""Everything that a tool could show of an exception, a log or an event loop."""

from __future__ import annotations

import json
import logging
import pickle
import sys
import traceback
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from persium_ext import PersiumError

_TESTS = str(Path(__file__).parents[1])


def everything_of(error: BaseException) -> Iterator[str]:
    """Yield what loggers, tracebacks, pickles and error reporters show of *error*."""
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        yield from (str(here), repr(here), repr(here.args), repr(vars(here)))
        if isinstance(here, PersiumError):
            yield json.dumps(here.to_dict())
        yield from _deep(vars(here), 6)
        yield from _frames(here)
        here = here.__cause__ or here.__context__
    yield repr(pickle.dumps(error))


def _frames(error: BaseException) -> Iterator[str]:
    """Yield the frames of *error*, but for those of the tests, which know the canaries."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    for summary in shown.stack:
        if not summary.filename.startswith(_TESTS):
            yield repr(summary.locals)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if not frame.f_code.co_filename.startswith(_TESTS):
            yield from _deep(frame.f_locals, 6)


def frames_of(error: BaseException) -> list[FrameType]:
    """Return the frames that *error* references, without those of the tests."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [frame for frame in frames if not frame.f_code.co_filename.startswith(_TESTS)]


def _deep(value: Any, levels: int) -> Iterator[str]:
    """Yield what an error reporter shows of a local variable: it walks into containers."""
    if isinstance(value, dict) and levels:
        for key, item in list(value.items()):
            yield repr(key)
            yield from _deep(item, levels - 1)
    elif isinstance(value, list | tuple | set | frozenset) and levels:
        for item in list(value):
            yield from _deep(item, levels - 1)
    else:
        yield repr(value)


@contextmanager
def everything_logged(*, but: tuple[str, ...] = ()) -> Generator[list[str]]:
    """Collect every log record at DEBUG: message, arguments, attributes, tracebacks.

    Those whose name begins with one of *but* are left out.
    """
    said: list[str] = []

    class Everything(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.startswith(but):
                return
            said.append(f"{record.name} {record.getMessage()} {record.args!r} {vars(record)!r}")
            if record.exc_info and record.exc_info[1]:
                said.extend(everything_of(record.exc_info[1]))

    root, handler = logging.getLogger(), Everything()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@contextmanager
def unraisable() -> Generator[list[str]]:
    """Collect what Python reports of exceptions that can't be caught."""
    said: list[str] = []

    def hook(found: sys.UnraisableHookArgs) -> None:
        said.append(f"{found.err_msg} {found.object!r}")
        if found.exc_value is not None:
            said.extend(everything_of(found.exc_value))

    before, sys.unraisablehook = sys.unraisablehook, hook
    try:
        yield said
    finally:
        sys.unraisablehook = before
