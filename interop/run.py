"""Runs one target: checks its tools, installs, generates, builds, and calls its program."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from interop import calls, judge, steps
from interop.report import FAILED, NOT_RUN, PASSED, Result
from interop.steps import StepError
from interop.target import Target

VERSION_TIMEOUT: Final = 60.0
"""Seconds within which a tool must print its version."""


def run(target: Target, *, documents: Mapping[str, Path], work: Path) -> Result:
    """Install, generate, build and call, in the folder *work*."""
    missing = missing_tools(target.needs)
    if missing:
        return Result(target, NOT_RUN, detail="; ".join(missing))
    seconds: dict[str, float] = {}
    try:
        steps.prepare(target, work)
        seconds["install"] = steps.install(target, work)
        document = documents[target.document]
        seconds["generate"] = steps.run(target.generate, work, document=document)
        seconds["build"] = steps.run(target.build, work)
        start = time.monotonic()
        errors = judge.errors(target.call, work)
        seconds["call"] = time.monotonic() - start
    except StepError as error:
        return Result(target, FAILED, seconds=seconds, detail=str(error))
    if errors:
        return Result(target, FAILED, seconds=seconds, detail="\n".join(errors))
    return Result(target, PASSED, seconds=seconds, detail=f"{len(calls.CALLS)} calls")


def missing_tools(needs: Mapping[str, str]) -> list[str]:
    """Return a message for each tool that is not installed or too old."""
    messages = (_missing(tool, minimum) for tool, minimum in needs.items())
    return [message for message in messages if message]


def _missing(tool: str, minimum: str) -> str:
    if shutil.which(tool) is None:
        return f"{tool} is not installed"
    if not minimum:
        return ""
    found = _version(tool)
    if _numbers(found) >= _numbers(minimum):
        return ""
    return f"{tool} {minimum} or newer is needed, found {found or 'no version'}"


def _version(tool: str) -> str:
    command = (tool, "version" if tool == "go" else "--version")
    done = subprocess.run(  # noqa: S603  # the tools that target.toml names
        command, capture_output=True, text=True, check=False, timeout=VERSION_TIMEOUT
    )
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number)
