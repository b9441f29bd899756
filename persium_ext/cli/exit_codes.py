"""What the exit codes of ``persium`` mean; the same with ``--json``."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """What became of a command."""

    OK = 0
    USAGE = 2
    UNREACHABLE = 3
    TOKEN_REFUSED = 4
    API_REFUSED = 5
    THROTTLED = 6
    BUG = 70
    INTERRUPTED = 130
    OUTPUT_LOST = 141


MEANINGS: Final = {
    ExitCode.OK: "all is well",
    ExitCode.USAGE: "wrong usage, or a setting is missing or wrong",
    ExitCode.UNREACHABLE: "token endpoint or API unreachable, timeouts and TLS failures too",
    ExitCode.TOKEN_REFUSED: "the token endpoint refused the credentials or gave no usable token",
    ExitCode.API_REFUSED: "the API answered with an error or with something else than documented",
    ExitCode.THROTTLED: "throttled or overloaded (429, 503), or deadline exceeded",
    ExitCode.BUG: "a bug in persium: please report it",
    ExitCode.INTERRUPTED: "interrupted with Ctrl-C (`persium sandbox`: 0)",
    ExitCode.OUTPUT_LOST: "the output could not be written: a closed pipe, a full disk",
}
_BUSY: Final = {429, 503}


def exit_code(error: Exception) -> ExitCode:
    """Return the exit code for what a call raised.

    429 and 503 are THROTTLED from either end, with ``Retry-After`` and without it: to try again
    later is all one can do. Any other failure of the token endpoint to answer is UNREACHABLE.
    """
    from persium_ext import errors  # noqa: PLC0415  # keeps the start of the command line quick

    answered = (errors.ApiStatusError, errors.TokenEndpointUnavailable)
    if isinstance(error, answered) and error.status in _BUSY:
        return ExitCode.THROTTLED
    kinds: dict[type[Exception], ExitCode] = {
        errors.SettingsError: ExitCode.USAGE,
        errors.ApiConnectionError: ExitCode.UNREACHABLE,
        errors.TokenEndpointUnavailable: ExitCode.UNREACHABLE,
        errors.TokenError: ExitCode.TOKEN_REFUSED,
        errors.ApiStatusError: ExitCode.API_REFUSED,
        errors.ResponseDecodeError: ExitCode.API_REFUSED,
        errors.DeadlineExceeded: ExitCode.THROTTLED,
    }
    return next((code for kind, code in kinds.items() if isinstance(error, kind)), ExitCode.BUG)


def table() -> str:
    """The codes and their meanings, a line each."""
    return "\n".join(f"  {code.value:3}  {meaning}" for code, meaning in MEANINGS.items())
