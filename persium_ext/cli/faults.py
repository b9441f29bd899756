"""The option ``--fault KIND[,NAME=VALUE...]`` of ``persium sandbox``."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Final

from .report import UsageError

if TYPE_CHECKING:
    from persium_ext.sandbox import FaultSpec, Sandbox

_INTRODUCTION: Final = (
    "faults, and in brackets their parameters with defaults; each also accepts at=token,",
    "at=api or at=OPERATION (default: everywhere) and times=N (default: until the end):",
)


def overview() -> str:
    """Describe the values of ``--fault``, for the help."""
    from persium_ext.sandbox import FAULTS  # noqa: PLC0415  # keeps the other commands quick

    return "\n".join([*_INTRODUCTION, *(_described(spec) for spec in FAULTS.values())])


def _described(spec: FaultSpec) -> str:
    return textwrap.fill(
        spec.summary, 79, initial_indent=f"  {spec.name:20}", subsequent_indent=" " * 22
    )


def add_fault(sandbox: Sandbox, text: str) -> None:
    """Put the fault in force that *text* (``KIND,NAME=VALUE``) describes.

    Raises:
        UsageError: Fault, place or parameter is unknown, or a value is impossible.
    """
    from persium_ext.sandbox import FAULTS  # noqa: PLC0415  # the other commands start faster without it

    name, *pairs = text.split(",")
    if name not in FAULTS:
        raise UsageError("--fault: no such fault", hint=f"there are {', '.join(FAULTS)}")
    given = {key: value for key, _, value in (pair.partition("=") for pair in pairs)}
    try:
        times = _times(name, given.pop("times", None))
        at = given.pop("at", None)
        parameters = {key: _json_or_text(value) for key, value in given.items()}
        sandbox.fault(name, at=at, times=times, **parameters)
    except LookupError as error:
        hint = str(error.args[0]).partition("; ")[2]
        raise UsageError(f"--fault {name}: at names no operation", hint=hint) from error
    except ValueError as error:
        raise UsageError(f"--fault {error}") from error


def _json_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _times(name: str, text: str | None) -> int | None:
    if text is not None and not text.isdecimal():
        raise ValueError(f"{name}: times has to be a whole number")
    return None if text is None else int(text)
