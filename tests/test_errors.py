"""Errors as values: they travel between processes."""

from __future__ import annotations

import pickle
from copy import copy
from typing import Any

import pytest
from persium_api.facade.errors import STATUS_ERRORS, ApiStatusError

from persium_ext import ResponseDecodeError
from persium_ext.errors import PersiumError

FACTS: dict[str, Any] = {"operation": "x", "body": {"a": 1}, "request_id": "r", "retry_after": 2.0}
CLASSES: dict[int, type[ApiStatusError]] = {418: ApiStatusError, **STATUS_ERRORS}
STATUS = [kind("m", status=status, **FACTS) for status, kind in CLASSES.items()]


@pytest.mark.parametrize("error", [*STATUS, ResponseDecodeError("m", operation="x", status=200)])
def test_errors_can_be_pickled(error: PersiumError) -> None:
    """A pickle and a copy have the class, the text and every attribute."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # the test has just written it

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert vars(copy(error)) == vars(error)
