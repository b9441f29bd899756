"""Ways to break a rule, one function each; ``MUTATIONS`` has them by name.

A mutation says which scenarios it fails. What of that is not about its own rule is an overlap, and
has a reason.
"""

from . import answers, ends, life, opaque, refusals, retries, sharing, showing, wire
from ._mutation import MUTATIONS, Mutation

__all__ = [
    "MUTATIONS",
    "Mutation",
    "answers",
    "ends",
    "life",
    "opaque",
    "refusals",
    "retries",
    "sharing",
    "showing",
    "wire",
]
