"""Exceptions out of signal handlers, at every point of a call where Python runs one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest

from persium_ext import Persium
from persium_ext._tokens.cache import PROCESS_CACHE
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import get_me

OURS: Final = str(Path(sys.modules["persium_ext"].__file__ or "").parent)
PATIENCE: Final = 30


class Interrupt(BaseException):
    """What a signal handler raises."""


@contextmanager
def interrupted(number: int) -> Generator[list[int]]:
    """Raise ``Interrupt`` at the *number*-th point in our code or ``threading``; count the points.

    Python runs signal handlers when a function begins, and after a call of a C function.
    """
    seen = [0]

    def profile(frame: Any, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event in {"call", "c_return"} and (name.startswith(OURS) or name == threading.__file__):
            seen[0] += 1
            if seen[0] == number:
                sys.setprofile(None)
                raise Interrupt

    sys.setprofile(profile)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def from_another_thread(action: Callable[[], object]) -> object:
    """Do *action* in a thread, which must end."""
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(action()), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return results[0] if results else "it hangs"


@pytest.mark.parametrize("cold", [True, False], ids=["cold", "warm"])
def test_a_call_that_is_interrupted_harms_no_other(
    settings: dict[str, Any], sandbox: Sandbox, *, cold: bool
) -> None:
    """No lock stays held, no connection slot is lost, and nobody waits for the one who left."""
    number = 1
    with Persium(**settings, deadline=PATIENCE / 3) as persium:
        get_me(persium)
        while True:
            if cold:
                PROCESS_CACHE.clear()
            with interrupted(number) as seen, suppress(Interrupt):
                get_me(persium)
            me: Any = from_another_thread(lambda: get_me(persium))
            assert getattr(me, "client_id", me) == sandbox.client_id, f"after point {number}"
            if seen[0] < number:
                break
            number += 1
        backend = persium._executor.backend  # noqa: SLF001  # nothing public counts its slots
        slots = backend._slots  # noqa: SLF001  # the same
    assert slots.free.qsize() == slots.count

    assert number > 100
