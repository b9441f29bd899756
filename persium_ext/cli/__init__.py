"""The command line: ``persium me``, ``persium token``, ``persium sandbox``."""

from __future__ import annotations

from ._main import main

__all__ = ["main"]
