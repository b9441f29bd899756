"""What every process model runs: a client for each process, and a call."""

from __future__ import annotations

import os
from functools import cache

from persium_ext import Persium

client = cache(Persium)
Result = tuple[int, int]
"""The input that a response names, and the process that called."""


def call(number: int) -> Result:
    """Call with the client of this process."""
    return call_with(client(), number)


def call_with(persium: Persium, number: int) -> Result:
    """Call; the sandbox of the tests responds with the header field as label."""
    me = persium.with_options(headers={"X-Input": str(number)}).identity.get_me()
    return int(me.label), os.getpid()
