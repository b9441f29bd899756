"""Errors as values: they travel between processes."""

from __future__ import annotations

import json
import pickle
from copy import copy
from typing import Any

import pytest
from persium_api.facade.errors import STATUS_ERRORS, ApiStatusError

from persium_ext import ResponseDecodeError, errors
from persium_ext.errors import PersiumError, SettingsError, TokenRefused

FACTS: dict[str, Any] = {"operation": "x", "body": {"a": 1}, "request_id": "r", "retry_after": 2.0}
CLASSES: dict[int, type[ApiStatusError]] = {418: ApiStatusError, **STATUS_ERRORS}
STATUS = [kind("m", status=status, **FACTS) for status, kind in CLASSES.items()]


EVERY: list[Any] = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not SettingsError
]


@pytest.mark.parametrize("kind", EVERY)
def test_errors_in_one_line(kind: type[PersiumError]) -> None:
    """Tests of error handling make any error without arguments, and its JSON has its class."""
    error = kind()

    assert json.loads(json.dumps(error.to_dict()))["type"] == kind.__name__
    assert isinstance(pickle.loads(pickle.dumps(error)), kind)  # noqa: S301  # just written


def test_problems_of_settings_as_json() -> None:
    """Each problem is an item."""
    assert SettingsError("a", "b").to_dict()["problems"] == ["a", "b"]


def test_source_of_a_refusal() -> None:
    """The text of a refusal has the URL, the attempts and the request id, if they are known."""
    error = TokenRefused(url="https://auth.example/token", attempts=2, request_id="r-1")

    assert error.args[0].endswith(
        "unauthorized_client, HTTP 401 Unauthorized "
        "(POST https://auth.example/token, 2 attempts, request id r-1)"
    )
    assert TokenRefused().args[0].endswith("unauthorized_client, HTTP 401 Unauthorized")


def test_status_of_a_refusal_is_not_repeated() -> None:
    """Keycloak's error code for a wrong path is the status."""
    error = TokenRefused(status=404, error="HTTP 404 Not Found", error_description="no such page")

    assert error.args[0].endswith("credentials: (no such page), HTTP 404 Not Found")
    assert TokenRefused(status=404, error="Not Found").args[0].count("Not Found") == 1


@pytest.mark.parametrize("error", [*STATUS, ResponseDecodeError("m", operation="x", status=200)])
def test_errors_can_be_pickled(error: PersiumError) -> None:
    """A pickle and a copy have the class, the text and every attribute."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # the test has just written it

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert vars(copy(error)) == vars(error)
