"""Take one target through all that has to work."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from interop import _judge, _steps, _tools
from interop._report import FAILED, NOT_RUN, PASSED, Result
from interop._steps import StepError
from interop._target import Target


def run(target: Target, *, documents: Mapping[str, Path], work: Path) -> Result:
    """Install, generate, build and call, in the folder *work*."""
    missing = _tools.missing(target.needs)
    if missing:
        return Result(target, NOT_RUN, words="; ".join(missing))
    seconds: dict[str, float] = {}
    try:
        _steps.prepare(target, work)
        seconds["install"] = _steps.install(target, work)
        document = documents[target.document]
        seconds["generate"] = _steps.run(target.generate, work, document=document)
        seconds["build"] = _steps.run(target.build, work)
        begun = time.monotonic()
        complaints = _judge.complaints(target.call, work)
        seconds["call"] = time.monotonic() - begun
    except StepError as error:
        return Result(target, FAILED, seconds=seconds, words=str(error))
    if complaints:
        return Result(target, FAILED, seconds=seconds, words="\n".join(complaints))
    return Result(target, PASSED, seconds=seconds, words=f"{_judge.count()} calls")
