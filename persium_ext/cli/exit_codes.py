"""The exit codes of ``persium``, with and without ``--json``."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    USAGE = 2
    UNREACHABLE = 3
    TOKEN_REFUSED = 4
    API_REFUSED = 5
    THROTTLED = 6
    NOT_EXPECTED = 7
    BUG = 70
    INTERRUPTED = 130
    OUTPUT_LOST = 141


MEANINGS: Final = {
    ExitCode.OK: "success",
    ExitCode.USAGE: "wrong usage, or a setting is missing or wrong",
    ExitCode.UNREACHABLE: "token endpoint or API unreachable, timeouts and TLS failures too",
    ExitCode.TOKEN_REFUSED: "the token endpoint refused the credentials or gave no usable token",
    ExitCode.API_REFUSED: "the API answered with an error, or with something other than documented",
    ExitCode.THROTTLED: "throttled or overloaded (429, 503), or deadline exceeded",
    ExitCode.NOT_EXPECTED: "the caller has not the expected client id or organisation",
    ExitCode.BUG: "a bug in persium: please report it",
    ExitCode.INTERRUPTED: "interrupted with Ctrl-C (`persium sandbox`: 0)",
    ExitCode.OUTPUT_LOST: "the output could not be written: a closed pipe, a full disk",
}
_BUSY: Final = {429, 503}


def exit_code(error: Exception) -> ExitCode:
    """Return the exit code for what a call raised.

    429 and 503 of either endpoint are THROTTLED, with ``Retry-After`` and without: only a later
    attempt helps. Any other failure to reach the token endpoint is UNREACHABLE.
    """
    from persium_ext import errors  # noqa: PLC0415  # --help starts faster without it

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
    """Return the codes and their meanings, a line each."""
    return "\n".join(f"  {code.value:3}  {meaning}" for code, meaning in MEANINGS.items())
