"""Coverage of workers that are killed at their end: ``-p tests.support.saved_coverage``."""

from __future__ import annotations

import pytest
from coverage import Coverage


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Save what a worker of pytest-xdist has measured, before it reports that it has finished.

    pytest-xdist kills a worker that does not end within ten seconds, and coverage saves at the end.
    """
    measured = Coverage.current()
    if measured and hasattr(session.config, "workerinput"):
        measured.stop()
        measured.save()
