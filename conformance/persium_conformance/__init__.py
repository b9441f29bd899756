"""Tests whether a client of the Persium API, in any language, complies with the token policy.

A scenario simulates the token endpoint and the API on loopback, starts the client's program (the
*subject*), sends it commands, and compares the recorded requests with what the rule requires::

    cli ─▶ suite ─▶ judge ─▶ runner ─▶ endpoints ─▶ http_server   respond, and record requests
            │         │          └───▶ subject                    the program under test
            │         └──▶ checks, leaks                          recorded evidence to violations
            └──▶ reports                                          text, TAP, JUnit, JSON, badge

The scenarios are data: ``scenarios/*.json``, described by ``scenario.schema.json``.
"""

from typing import Final

__version__ = "0.1.0"
SET_VERSION: Final = 1
"""Version of the scenarios; it increases when a client that passed may fail."""
