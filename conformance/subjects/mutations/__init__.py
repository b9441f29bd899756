"""The mutations: each function changes the reference so that it breaks one rule.

``MUTATIONS`` has them by name, with the scenarios that must fail. A failing scenario of another
rule is an overlap, and has a reason.
"""

from . import (
    final_errors,
    leaks,
    lifetime,
    opacity,
    responses,
    retries,
    sharing,
    unauthorized,
    wire,
)
from .mutation import MUTATIONS, Mutation

__all__ = [
    "MUTATIONS",
    "Mutation",
    "final_errors",
    "leaks",
    "lifetime",
    "opacity",
    "responses",
    "retries",
    "sharing",
    "unauthorized",
    "wire",
]
