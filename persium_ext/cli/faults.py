"""``persium sandbox --fault KIND[,NAME=VALUE...]``."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from .report import UsageError

if TYPE_CHECKING:
    from persium_ext.sandbox import FaultKind, Sandbox

_INTRODUCTION: Final = (
    "faults, and in brackets their parameters with defaults; each also takes at=token,",
    "at=api or at=OPERATION (default: everywhere) and times=N (default: until the end):",
)


def overview() -> str:
    """What ``--fault`` takes, for the help."""
    from persium_ext.sandbox import FAULTS  # noqa: PLC0415  # keeps the other commands quick

    return "\n".join([*_INTRODUCTION, *(_described(kind) for kind in FAULTS.values())])


def _described(kind: FaultKind) -> str:
    parameters = f" [{kind.shown_parameters}]" if kind.parameters else ""
    words = kind.what.replace("`", "") + parameters
    return textwrap.fill(words, 79, initial_indent=f"  {kind.name:20}", subsequent_indent=" " * 22)


def add_fault(sandbox: Sandbox, words: str) -> None:
    """Put the fault in force that *words* describe.

    Raises:
        UsageError: They describe none.
    """
    from persium_ext.sandbox import FAULTS  # noqa: PLC0415  # the same

    name, *pairs = words.split(",")
    kind = FAULTS.get(name)
    if kind is None:
        raise UsageError("--fault: no such fault", hint=f"there are {', '.join(FAULTS)}")
    given = {key: value for key, _, value in (pair.partition("=") for pair in pairs)}
    try:
        times = _times(name, given.pop("times", None))
        at = given.pop("at", None)
        parameters = {key: kind.read(key, value) for key, value in given.items()}
        sandbox.fault(name, at=at, times=times, **parameters)
    except LookupError as error:
        hint = str(error.args[0]).partition("; ")[2]
        raise UsageError(f"--fault {name}: at names no operation", hint=hint) from error
    except ValueError as error:
        raise UsageError(f"--fault {error}") from error


def _times(name: str, text: str | None) -> int | None:
    if text is not None and not text.isdecimal():
        raise ValueError(f"{name}: times has to be a whole number")
    return None if text is None else int(text)
