"""What the adapters over requests and httpx share. ``lines`` is in conformance/subjects."""

import os
from collections.abc import Callable
from typing import Any

import lines

TOKEN_URL = os.environ["TOKEN_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
_ME = os.environ["API_BASE_URL"].rstrip("/") + "/me"

Get = Callable[[str], Any]  # takes an address, gives a response of requests or httpx


class FailureError(Exception):
    """An error of the library, with what the protocol wants to know of it."""

    def __init__(self, error: Exception, stage: str) -> None:
        super().__init__(str(error))
        self.stage = stage
        self.status = getattr(getattr(error, "response", None), "status_code", None)


def serve(connect: Callable[[], Get], *, token_errors: tuple[type[Exception], ...]) -> None:
    """Answer commands; *connect* makes a client, whose *token_errors* tell of a token not had."""

    def call(get: Get) -> object:
        try:
            response = get(_ME)
        except Exception as error:  # noqa: BLE001  # whatever a library raises is an outcome
            of_token = isinstance(error, token_errors) or _asked(error).startswith(TOKEN_URL)
            raise FailureError(error, "token" if of_token else "api") from None
        try:
            response.raise_for_status()
            return response.json()
        except Exception as error:  # noqa: BLE001  # the same
            raise FailureError(error, "api") from None

    lines.serve(connect, call)


def _asked(error: object) -> str:
    """Return the address of the request that failed; httpx raises where there is none."""
    try:
        return str(error.request.url)  # type: ignore[attr-defined]
    except (AttributeError, RuntimeError):
        return ""
