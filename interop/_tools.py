"""Which of the tools that a target needs are not here."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Final

PATIENCE: Final = 60.0
"""Seconds that a tool may take to say its version."""


def missing(needs: Mapping[str, str]) -> list[str]:
    """Say which tools are not here, or too old; empty: all are here."""
    complaints = (_complaint(tool, least) for tool, least in needs.items())
    return [complaint for complaint in complaints if complaint]


def _complaint(tool: str, least: str) -> str:
    if shutil.which(tool) is None:
        return f"{tool} is not here"
    if not least:
        return ""
    found = _version(tool)
    if _numbers(found) >= _numbers(least):
        return ""
    return f"{tool} {least} or newer is needed, here is {found or 'one that tells no version'}"


def _version(tool: str) -> str:
    asked = (tool, "version" if tool == "go" else "--version")
    done = subprocess.run(  # noqa: S603  # the tools that target.toml names
        asked, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number)
