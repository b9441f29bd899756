"""AWS Lambda, and whatever else freezes a process between calls: a client of the module.

For functions. The client is made at the cold start and kept while the environment is warm, so warm
calls share a token. Time that passes while the process is frozen counts: a token that expired
meanwhile is never sent. The deadline of a call is the time that the function has left.

    handler: lambda_handler.handler
"""

from __future__ import annotations

from typing import Any, Protocol

from persium_ext import Persium

persium = Persium(timeout=3)


class Context(Protocol):
    """What the platform passes."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the call may still take."""
        ...


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """Raise ``DeadlineExceeded`` before the platform ends the process."""
    seconds = context.get_remaining_time_in_millis() / 1000 - 0.5
    return persium.with_options(deadline=max(0.1, seconds)).identity.get_me().to_dict()
