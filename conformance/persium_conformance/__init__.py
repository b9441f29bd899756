"""Judges a client of the Persium API, in any language, by the token policy TP-1 to TP-10.

::

    cli ─▶ suite ─▶ trial ─▶ play ─▶ world ─▶ origin      plays token endpoint and API, and counts
            │         │        └───▶ subject              the program that is judged
            │         └──▶ checks, leaks                  evidence in, complaints out
            └──▶ reports                                  human, TAP, JUnit, JSON, badge

The scenarios are data: ``scenarios/*.json``, described by ``scenario.schema.json``.
"""

from typing import Final

__version__ = "0.1.0"
SET_VERSION: Final = 1
"""Of the scenarios; it grows when a client that passed may fail."""
