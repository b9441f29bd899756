"""Sinks that write a body to a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from persium_ext._calls.file_sink import FileSink
from persium_ext._calls.targets import target_of
from persium_ext._http.sink import SinkError


def test_thread_that_is_late(tmp_path: Path) -> None:
    """A thread that still runs when asyncio has cancelled its task creates no file."""
    sink = FileSink(target_of(tmp_path / "a"), max_size=None)
    sink.start(None)
    sink.discard()

    with pytest.raises(SinkError, match="has ended"):
        sink.write(b"late")
    with pytest.raises(SinkError, match="has ended"):
        sink.start(None)
    assert list(tmp_path.iterdir()) == []
