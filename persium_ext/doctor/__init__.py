"""Why a client does not work: its settings, the way to both endpoints, a token, a call.

``diagnose`` yields one ``Check`` after the other: ``ok``, ``failed`` or ``not tried``. No check has
the secret or a token in it.
"""

from __future__ import annotations

from .check import Check, State
from .diagnosis import diagnose
from .origins import Origin, origins

__all__ = ["Check", "Origin", "State", "diagnose", "origins"]
