"""The common part of the adapters for requests and httpx. ``lines`` is in conformance/subjects."""

import os
from collections.abc import Callable
from typing import Any

import lines

TOKEN_URL = os.environ["TOKEN_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
_ME = os.environ["API_BASE_URL"].rstrip("/") + "/me"

Get = Callable[[str], Any]  # from a URL to a response of requests or httpx


class FailureError(Exception):
    """An error of the library, with the stage and the status that the protocol requires."""

    def __init__(self, error: Exception, stage: str) -> None:
        super().__init__(str(error))
        self.stage = stage
        self.status = getattr(getattr(error, "response", None), "status_code", None)


def serve(connect: Callable[[], Get], *, token_errors: tuple[type[Exception], ...]) -> None:
    """Execute commands; *connect* makes a client, *token_errors* are its errors without a token."""

    def call(get: Get) -> object:
        try:
            response = get(_ME)
        except Exception as error:  # noqa: BLE001  # every error of a library is a result
            of_token = isinstance(error, token_errors) or _url(error).startswith(TOKEN_URL)
            raise FailureError(error, "token" if of_token else "api") from None
        try:
            response.raise_for_status()
            return response.json()
        except Exception as error:  # noqa: BLE001  # every error of a library is a result
            raise FailureError(error, "api") from None

    lines.serve(connect, call)


def _url(error: object) -> str:
    """Return the URL of the request that failed; httpx raises if there is none."""
    try:
        return str(error.request.url)  # type: ignore[attr-defined]
    except (AttributeError, RuntimeError):
        return ""
