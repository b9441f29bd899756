"""Versions of the tools whose output is compared byte for byte."""

from __future__ import annotations

import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from codegen.errors import DocumentError

RUFF: Final = str(Path(sysconfig.get_path("scripts"), "ruff"))
"""The program itself: ``python -m ruff`` starts an interpreter first."""
PINS: Final = {"openapi-python-client": "0.29.1", "ruff": "0.17.6"}


def verify() -> None:
    """Compare the installed tools with ``PINS``.

    Raises:
        DocumentError: Names every tool that is missing or of another version.
    """
    complaints = [
        f"{name}: needs {pin}, has {found}: install the locked development requirements"
        for name, pin in PINS.items()
        if (found := _installed(name)) != pin
    ]
    if complaints:
        raise DocumentError(complaints)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
