"""The command line: ``persium me``, ``token``, ``sandbox`` and ``spec``."""

from __future__ import annotations

from ._main import main

__all__ = ["main"]
