"""Children of this process: forked, given work, and listened to."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from typing import Any

Work = Callable[[], bytes]


class Child:
    """A forked process that does *work*; what that returns comes through a pipe."""

    def __init__(self, work: Work) -> None:
        self._reader, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:  # pragma: no cover  # in the child
            try:
                os.write(writer, _outcome(work))
            finally:
                os.kill(os.getpid(), signal.SIGKILL)  # no fixtures, no coverage, no exit handlers
        os.close(writer)

    def said(self, *, within: float = 60) -> bytes:
        """Return what it wrote until its end; one that hangs for *within* seconds is a failure."""
        words = b""
        while select.select([self._reader], [], [], within)[0]:
            piece = os.read(self._reader, 65_536)
            if not piece:
                break
            words += piece
        else:
            os.kill(self._pid, signal.SIGKILL)
            words = b"it hangs"
        os.close(self._reader)
        os.waitpid(self._pid, 0)
        return words


def _outcome(work: Work) -> bytes:  # pragma: no cover  # in the child
    signal.alarm(120)  # whatever happens to the parent
    try:
        return work()
    except BaseException as error:  # noqa: BLE001  # it is told to the parent
        return repr(error).encode()


def who(persium: Any) -> bytes:
    """Call the API; the answer is whose token it was."""
    name: str = persium.identity.get_me().client_id
    return name.encode()
