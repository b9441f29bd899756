"""The command line: ``persium me``, ``token``, ``sandbox``, ``spec`` and ``explain``.

``run`` ─▶ ``arguments`` reads the command line ─▶ ``commands`` does it, ``output`` prints the
result; ``report`` prints a failure, with one of ``exit_codes``.
"""

from __future__ import annotations

from .run import main

__all__ = ["main"]
