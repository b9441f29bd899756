"""Load from threads: clients that are shared, closed, dropped or misrouted; and forks."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from persium_ext import PersiumError

from .tally import Tally

Settings = Mapping[str, Any]
OPTIONS: Final[dict[str, Any]] = {"timeout": 1.0, "deadline": 5.0, "max_response_size": 100_000}
PAUSE: Final = 0.05
"""Seconds between a failure and the next call."""
CHILD_PATIENCE: Final = 20.0
"""Seconds that a forked child may take, before it counts as hanging."""


def call(client: Any, client_id: str, tally: Tally) -> None:
    """Make one call, count its result, and pause after a failure."""
    echo = tally.next_echo()
    with tally.call():
        me = client.with_options(headers={"X-Echo": echo}).identity.get_me()
        tally.answered(me, client_id=client_id, echo=echo)
        return
    time.sleep(PAUSE)


def shared(client: Any, client_id: str, tally: Tally, until: float) -> None:
    """Call with a shared client, sometimes with a short deadline."""
    hasty = client.with_options(deadline=0.3)
    while time.monotonic() < until:
        call(hasty if random.random() < 0.1 else client, client_id, tally)


def misrouted(client: Any, tally: Tally, until: float) -> None:
    """Call with a client whose proxy is down: it fails, and no client on another route does."""
    while time.monotonic() < until:
        try:
            client.identity.get_me()
        except PersiumError:
            tally.count("proxy down: expected error")
        else:
            tally.count("UNEXPECTED success through a proxy that is down")
        time.sleep(PAUSE)


def churned(make: Callable[[], Any], client_id: str, tally: Tally, until: float) -> None:
    """Make a client for each call or two; close every second one, drop the others."""
    close = False
    while time.monotonic() < until:
        client, close = make(), not close
        call(client, client_id, tally)
        call(client, client_id, tally)
        if close:
            client.close()


def forked(client: Any, client_id: str, tally: Tally, until: float) -> None:
    """Fork twice a second; the child calls with the parent's client."""
    while time.monotonic() < until:
        child = os.fork()
        if child == 0:
            os._exit(_in_child(client, client_id))
        tally.count(f"forked child: {_waited(child)}")
        time.sleep(0.5)


def _in_child(client: Any, client_id: str) -> int:
    """Return 0: the right body, 1: an expected error, 2: anything else."""
    try:
        tally = Tally()
        call(client, client_id, tally)
    except BaseException:  # noqa: BLE001  # no exception may reach the parent's code
        return 2
    if tally.bad:
        return 2
    return 0 if tally.outcomes["right body"] else 1


def _waited(child: int) -> str:
    until = time.monotonic() + CHILD_PATIENCE
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return {0: "right", 1: "expected error"}.get(code, f"UNEXPECTED exit {code}")
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "UNEXPECTED hang"
