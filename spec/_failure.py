"""What keeps a command from doing its work."""

from __future__ import annotations


class Failure(Exception):  # noqa: N818  # it reads: raise Failure
    """Says in one sentence what is missing or wrong, and what to do."""
