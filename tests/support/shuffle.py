"""A random order of the tests: ``SHUFFLE_SEED=1 pytest -p tests.support.shuffle``."""

from __future__ import annotations

import os
import random

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle *items*: every worker of pytest-xdist has to arrive at the same order."""
    random.Random(os.environ["SHUFFLE_SEED"]).shuffle(items)
